import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs';
import { inParallel } from '../../local/client';
import type { Application } from '../../examples/credit-risk/applications';
import type { Fault as ModelFault } from '../../local/model-server';
import { functionProcesses } from '../../test/e2e/kill';
import { invoke } from './functions';
import type { Sent } from './ledger';
import { type Call, type Fate, PASS } from './proxy';
import type { FaultStack } from './stack';

/** A fault, and how requests are made while it lasts. */
export interface Fault {
  readonly name: string;
  /** Begins it; gives the way to end it. */
  begin(stack: FaultStack): Promise<() => Promise<void>>;
  /** @default - as many as asked for */
  readonly requests?: number;
  /** How many requests at a time. @default 8 */
  readonly width?: number;
  /** How requests are made. @default - by the API, tried again under the same key */
  readonly send?: (stack: FaultStack, applications: readonly Application[], run: string) => Promise<Sent[]>;
  /** What is done to the stack when the requests are through, such as delivering again. */
  readonly after?: (stack: FaultStack) => Promise<void>;
}

const nothing = async () => async () => undefined;

const model = (name: string, fault: ModelFault): Fault => ({
  name,
  async begin(stack) {
    await stack.model(fault);
    return () => stack.model({ kind: 'none' });
  },
});

/** Something happens to calls of a service, to a share of them, spread evenly. */
const calls = (name: string, which: (call: Call, stack: FaultStack) => boolean, fate: Fate, share = 1): Fault => ({
  name,
  async begin(stack) {
    let n = 0;
    stack.proxy.fateOf = (call) => {
      if (!which(call, stack)) return PASS;
      n++;
      return Math.floor(n * share) > Math.floor((n - 1) * share) ? fate : PASS;
    };
    return async () => {
      stack.proxy.fateOf = () => PASS;
    };
  },
});

const reads = ({ target }: Call) => target.endsWith('.BatchGetItem');
const writes = ({ target, body }: Call, { pipeline }: FaultStack) =>
  target.endsWith('.PutItem') && body.includes(pipeline.decisionsTable);
const throttled = { kind: 'refuse', status: 400, code: 'ProvisionedThroughputExceededException' } as const;
const failed = { kind: 'refuse', status: 500, code: 'InternalServerError' } as const;

/** Kills one of a function's processes after the other. A process takes a second or two to start again. */
const killing = (name: string, part: string, everyMs: number): Fault => ({
  name,
  async begin({ pipeline }) {
    let n = 0;
    const timer = setInterval(() => {
      const pids = functionProcesses(pipeline, part);
      if (pids.length === 0) return;
      try {
        process.kill(pids[n++ % pids.length]!, 'SIGKILL');
      } catch {
        // It has just ended by itself.
      }
    }, everyMs);
    return async () => clearInterval(timer);
  },
});

/** What was written, as the stream delivers it: again, cut otherwise, and in another order. */
function redelivering(): Fault {
  const images: Record<string, unknown>[] = [];
  return {
    name: 'stream delivers twice and out of order',
    async begin(stack) {
      images.length = 0;
      stack.proxy.fateOf = (call) => {
        if (writes(call, stack)) images.push((JSON.parse(call.body) as { Item: Record<string, unknown> }).Item);
        return PASS;
      };
      return async () => {
        stack.proxy.fateOf = () => PASS;
      };
    },
    async after(stack) {
      const records = images.map((NewImage, i) => ({
        eventID: String(i),
        eventName: 'INSERT',
        dynamodb: { SequenceNumber: String(i), Keys: { id: NewImage.id }, NewImage },
      }));
      const backwards = records.toReversed();
      for (const part of ['Dispatch', 'Observe'])
        for (const size of [7, 31])
          for (let from = 0; from < backwards.length; from += size)
            await invoke(stack, part, { Records: backwards.slice(Math.max(0, from - 3), from + size) });
    },
  };
}

/** Requests by the intake queue, each sent twice, and delivered once more when the queue has let go of it. */
function twiceByQueue(): Fault {
  const bodies: string[] = [];
  return {
    name: 'queue delivers twice, and deletes late',
    begin: nothing,
    async send({ aws, pipeline }, applications, run) {
      const sqs = new SQSClient(aws);
      bodies.length = 0;
      await inParallel(applications, 8, async ({ input, account }) => {
        const MessageBody = JSON.stringify({ key: `${run}-${String(account.id)}`, input });
        bodies.push(MessageBody);
        for (let twice = 0; twice < 2; twice++)
          await sqs.send(new SendMessageCommand({ QueueUrl: pipeline.intakeQueueUrl, MessageBody }));
      });
      return applications.map(({ account: { id } }) => ({
        key: `${run}-${String(id)}`,
        applicant: String(id),
        answers: [],
      }));
    },
    async after(stack) {
      const records = bodies.map((body, i) => ({
        messageId: `late-${i}`,
        body,
        messageAttributes: {},
        attributes: {},
      }));
      for (let from = 0; from < records.length; from += 10)
        await invoke(stack, 'IntakeFunction', { Records: records.slice(from, from + 10) });
    },
  };
}

/** Clocks are wrong: that of DynamoDB, as its answers tell it, and those of who wrote what is known beforehand. */
const skewed: Fault = {
  name: 'clocks a quarter of an hour apart',
  async begin(stack) {
    const minutes = 15 * 60_000;
    const client = new DynamoDBClient(stack.aws);
    const setClock = (ms: number) =>
      inParallel(stack.applications.slice(0, 250), 8, ({ account }) =>
        client.send(
          new UpdateItemCommand({
            TableName: stack.pipeline.featureTables.accounts,
            Key: { id: { S: String(account.id) } },
            UpdateExpression: 'SET updatedAt = :at',
            ExpressionAttributeValues: { ':at': { S: new Date(Date.now() + ms).toISOString() } },
          }),
        ),
      );
    await setClock(minutes);
    stack.proxy.fateOf = ({ target }) => (target.startsWith('DynamoDB') ? { kind: 'pass', skewMs: minutes } : PASS);
    return async () => {
      stack.proxy.fateOf = () => PASS;
      await setClock(0);
    };
  },
};

/** A definition that asks a model which is not there is deployed under traffic, and the one of before after it. */
const badDeploy: Fault = {
  name: 'bad deploy, rolled back under traffic',
  begin: nothing,
  async send(stack, applications, run) {
    let over = false;
    const deployed = (async () => {
      await stack.redeploy(true);
      await stack.redeploy(false);
      over = true;
    })();
    const sent: Sent[] = [];
    // Evenly over the time that both deployments take.
    for (let i = 0; i < applications.length; i += 8) {
      sent.push(...(await stack.send(applications.slice(i, i + 8), run, 8)));
      if (!over) await sleep(500);
    }
    await deployed;
    const versions = sent.flatMap(({ answers }) => answers.flatMap(({ decision }) => decision?.version ?? []));
    const bad = versions.filter((version) => version !== versions[0]).length;
    // Without any, the fault did not happen.
    if (bad === 0) throw new Error('The bad deploy decided nothing.');
    stack.notes.push(`${bad} decided by the bad version`);
    return sent;
  },
};

/**
 * The model is down until the mode has moved to `fallback`, and then back: nobody sets the mode. Told is when each mode
 * began, in seconds from the model's end, and when the model was back.
 */
const degradation: Fault = {
  name: 'model down until the mode moves, and back',
  requests: 600,
  async begin(stack) {
    await stack.call('PUT', '/mode', { release: true, reason: 'faults' });
    await stack.model({ kind: 'cut' });
    return () => stack.pin('normal');
  },
  async send(stack, applications, run) {
    const began = Date.now();
    const seconds = () => Math.round((Date.now() - began) / 1000);
    const sent: Sent[] = [];
    let [mode, back] = ['normal', false];
    for (let i = 0; !(back && mode === 'normal'); i += 8) {
      sent.push(...(await stack.send(applications.slice(i, i + 8), run, 8)));
      const { body } = await stack.call('GET', '/status');
      const now = String((body as { mode?: string }).mode ?? mode);
      if (now !== mode) stack.notes.push(`${now} after ${seconds()} s`);
      mode = now;
      if (mode === 'fallback' && !back) {
        await stack.model({ kind: 'none' });
        back = true;
        stack.notes.push(`model back after ${seconds()} s`);
      }
      if (seconds() > MOST_DEGRADATION_S) throw new Error(`The mode is still ${mode} after ${seconds()} s.`);
      // All of the applications, over about the time that it takes.
      await sleep(6_500);
    }
    return sent;
  },
};
const MOST_DEGRADATION_S = 900;

export const FAULTS: readonly Fault[] = [
  { name: 'none', begin: nothing },
  model('model down', { kind: 'cut' }),
  model('model slow', { kind: 'slow', ms: 5_000 }),
  model('model answers garbage', { kind: 'garbage' }),
  model('model answers half the time', { kind: 'fail', share: 0.5 }),
  model('model throttled', { kind: 'throttle' }),
  calls('feature store down', reads, { kind: 'reset' }),
  calls('feature store slow', reads, { kind: 'pass', afterMs: 3_000 }),
  calls('feature store throttled', reads, throttled),
  calls('decisions table fails before the write', writes, failed, 0.5),
  calls('decisions table fails after the write', writes, { kind: 'lose answer' }, 0.5),
  killing('stream consumer crashes', 'ReviewDispatch', 400),
  redelivering(),
  twiceByQueue(),
  calls('workflows do not start', ({ target }) => target.endsWith('.StartExecution'), failed),
  killing('function killed while it decides', 'DecisionsDecide', 700),
  skewed,
  { name: 'ten times the load', begin: nothing, width: 80 },
  badDeploy,
  degradation,
];
