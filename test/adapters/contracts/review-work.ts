import type { ReviewQueue, ReviewWorkflow } from '../../../core/review/ports';
import { idOf } from '../../core/review/loans';

export interface ReviewParts {
  readonly queue: ReviewQueue;
  /** Its tasks go to the queue. */
  readonly workflow: ReviewWorkflow;
  /** Lets so much time pass where a wait does not. */
  readonly pass?: (seconds: number) => void;
}

let serial = 0;

/** What every review queue and the workflow that fills it keep to. `make` gives an empty queue. */
export function reviewWorkContract(name: string, make: () => ReviewParts | Promise<ReviewParts>): void {
  describe(`review queue and workflow: ${name}`, () => {
    const setUp = async () => {
      const parts = await make();
      const id = idOf(Date.now() * 1000 + ++serial);
      /** Another task, should there be one within so long. */
      const another = (seconds = 1) => parts.queue.receive(seconds, 60);
      const task = async (hideSeconds = 60) => (await parts.queue.receive(20, hideSeconds))!;
      return { ...parts, id, another, task };
    };

    test('a review is one task, however often it is started, and ends once', async () => {
      const { workflow, id, another, task } = await setUp();
      await Promise.all([workflow.start(id), workflow.start(id), workflow.start(id)]);
      const first = await task();
      expect(first.id).toBe(id);
      expect(first.taskToken).not.toBe('');
      await workflow.start(id);
      expect(await another()).toBeUndefined();
      await workflow.finish(first.taskToken, 'approve');
      await workflow.start(id);
      expect(await another()).toBeUndefined();
      await expect(workflow.finish(first.taskToken, 'approve')).rejects.toThrow();
    });

    test('a received task is hidden for so long, then it comes back', async () => {
      const { workflow, id, pass, task } = await setUp();
      await workflow.start(id);
      const first = await task(1);
      pass?.(1);
      const second = await task();
      expect(second).toMatchObject({ id, taskToken: first.taskToken });
    });

    test('its hiding is ended at once, or drawn out', async () => {
      const { queue, workflow, id, pass, another, task } = await setUp();
      await workflow.start(id);
      const first = await task();
      expect(await queue.receive(0, 60)).toBeUndefined();
      await queue.hide(first.receipt, 0);
      const second = await task(1);
      expect(second.id).toBe(id);
      await queue.hide(second.receipt, 60);
      pass?.(2);
      expect(await another(2)).toBeUndefined();
    });

    test('a removed task does not come back', async () => {
      const { queue, workflow, id, pass, another, task } = await setUp();
      await workflow.start(id);
      await queue.remove((await task(1)).receipt);
      pass?.(2);
      expect(await another(2)).toBeUndefined();
    });
  });
}
