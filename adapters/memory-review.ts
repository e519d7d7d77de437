import type { Decision } from '../core/decision/decision';
import type { ActionWorkflows, QueuedTask, ReviewQueue, ReviewWorkflow } from '../core/review/ports';

interface Message {
  readonly id: string;
  readonly taskToken: string;
  /** The last receipt given out; SQS takes no older one reliably. */
  receipt: string;
  /** Epoch milliseconds. */
  visibleAt: number;
}

/**
 * The review queue, its workflow and those of actions in memory, for tests: messages are hidden and come back,
 * executions wait for their token and end by it or by the SLA. Nothing waits: an empty queue is answered at once.
 * @param now the clock, in epoch milliseconds
 */
export function memoryReview(
  now: () => number,
  slaMs: number,
): {
  readonly queue: ReviewQueue;
  readonly workflow: ReviewWorkflow;
  readonly actions: ActionWorkflows;
  /** The decisions that actions were started for, by `<action> <id>`. */
  readonly started: Map<string, Decision>;
  readonly messages: Map<string, Message>;
  readonly executions: Map<string, { readonly id: string; readonly dueAt: number; status: 'RUNNING' | 'SUCCEEDED' }>;
  /** Calls `expire` for each execution whose time is up, as the state machine does. */
  timeOut(expire: (id: string) => Promise<unknown>): Promise<void>;
  /** Delivers a task a second time, as SQS may. */
  duplicate(id: string): void;
} {
  const messages = new Map<string, Message>();
  const executions = new Map<
    string,
    { readonly id: string; readonly dueAt: number; status: 'RUNNING' | 'SUCCEEDED' }
  >();
  const started = new Map<string, Decision>();
  let serial = 0;
  const send = (id: string, taskToken: string) =>
    messages.set(`m${++serial}`, { id, taskToken, receipt: '', visibleAt: now() });
  const byReceipt = (receipt: string) => [...messages].find(([, message]) => message.receipt === receipt);

  return {
    messages,
    executions,
    started,
    actions: {
      async start(action, decision) {
        const name = `${action} ${decision.id}`;
        if (!started.has(name)) started.set(name, decision);
      },
    },
    queue: {
      async receive(_waitSeconds, hideSeconds): Promise<QueuedTask | undefined> {
        const message = [...messages.values()].find(({ visibleAt }) => visibleAt <= now());
        if (!message) return undefined;
        message.receipt = `r${++serial}`;
        message.visibleAt = now() + hideSeconds * 1000;
        const { id, taskToken, receipt } = message;
        return { id, taskToken, receipt };
      },
      async hide(receipt, seconds) {
        const found = byReceipt(receipt);
        if (found) found[1].visibleAt = now() + seconds * 1000;
      },
      async remove(receipt) {
        const found = byReceipt(receipt);
        if (found) messages.delete(found[0]);
      },
    },
    workflow: {
      async start(id) {
        if (executions.has(id)) return;
        executions.set(id, { id, dueAt: now() + slaMs, status: 'RUNNING' });
        send(id, `token-of-${id}`);
      },
      async finish(taskToken) {
        const execution = executions.get(taskToken.replace('token-of-', ''));
        if (execution?.status !== 'RUNNING') throw new Error('TaskTimedOut');
        execution.status = 'SUCCEEDED';
      },
    },
    async timeOut(expire) {
      for (const execution of executions.values()) {
        if (execution.status !== 'RUNNING' || execution.dueAt > now()) continue;
        await expire(execution.id);
        execution.status = 'SUCCEEDED';
      }
    },
    duplicate(id) {
      send(id, `token-of-${id}`);
    },
  };
}
