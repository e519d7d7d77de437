import { memoryBatchFiles, memoryBatchStore } from '../../adapters/memory-batches';
import { idOf } from '../core/review/loans';
import { batchFilesContract, batchStoreContract } from './contracts/batches';

let serial = 0;
batchStoreContract('memory', memoryBatchStore, () => idOf(++serial));

const files = memoryBatchFiles();
batchFilesContract(
  'memory',
  () => files,
  async (key, text) => void files.put(key, text),
);
