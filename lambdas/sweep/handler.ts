import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { sweep } from '../../core/review/sweep';
import { loadArtifact } from '../_runtime/artifact';
import { dispatchPorts } from '../_runtime/dispatch-ports';
import { logError, logInfo } from '../_runtime/log';
import { readEnv } from '../_runtime/read-env';
import { systemClock } from '../_runtime/system-clock';
import { SWEEP_ENV } from './env';

const { definition } = loadArtifact();
const ports = dispatchPorts(new DynamoDBClient({}), definition.name, readEnv(SWEEP_ENV));

/** Every minute: what the stream never delivered, and reviews whose workflow was lost. */
export async function handler(): Promise<void> {
  const { dispatched, expired } = await sweep(definition, ports, systemClock.now(), (id, error) =>
    logError('sweep failed', error, { id }),
  );
  if (dispatched + expired > 0) logInfo('swept', { dispatched, expired });
}
