import { memoryReview } from '../../adapters/memory-review';
import { START } from '../core/review/loans';
import { reviewWorkContract } from './contracts/review-work';

reviewWorkContract('memory', () => {
  let now = START;
  const { queue, workflow } = memoryReview(() => now, 3_600_000);
  return { queue, workflow, pass: (seconds) => void (now += seconds * 1000) };
});
