import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs';
import { inParallel } from '../../local/client';
import type { Application } from '../../examples/credit-risk/applications';
import type { Fault as ModelFault } from '../../local/model-server';
import { BAD_VERSION } from './definition';
import { invoke } from './functions';
import type { Sent } from './ledger';
import { ownProcesses } from './processes';
import { type Call, type Fate, PASS } from './proxy';
import type { FaultStack } from './stack';

/** A fault, and how requests are made while it lasts. */
export interface Fault {
  readonly name: string;
  /** Begins it; gives the way to end it, which tells how often it struck, or null where it is nothing that strikes. */
  begin(stack: FaultStack): Promise<() => Promise<number | null>>;
  /** @default - as many as asked for */
  readonly requests?: number;
  /** How many requests at a time. @default 8 */
  readonly width?: number;
  /** How requests are made. @default - by the API, tried again under the same key */
  readonly send?: (stack: FaultStack, applications: readonly Application[], run: string) => Promise<Sent[]>;
  /** What is done to the stack when the requests are through, such as delivering again. */
  readonly after?: (stack: FaultStack) => Promise<void>;
}

const nothing = async () => async () => null;

const model = (name: string, fault: ModelFault): Fault => ({
  name,
  async begin(stack) {
    await stack.model(fault);
    return () => stack.healModel();
  },
});

/** Something happens to calls of a service, to a share of them, spread evenly. */
const calls = (name: string, which: (call: Call, stack: FaultStack) => boolean, fate: Fate, share = 1): Fault => ({
  name,
  async begin(stack) {
    let n = 0;
    return stack.proxy.inflict((call) => {
      if (!which(call, stack)) return PASS;
      n++;
      return Math.floor(n * share) > Math.floor((n - 1) * share) ? fate : PASS;
    });
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
  async begin(stack) {
    let kills = 0;
    const timer = setInterval(() => {
      const pids = ownProcesses(stack, part);
      if (pids.length === 0) return;
      try {
        process.kill(pids[kills % pids.length]!, 'SIGKILL');
        kills++;
      } catch {
        // It has just ended by itself.
      }
    }, everyMs);
    return async () => {
      clearInterval(timer);
      return kills;
    };
  },
});

/** What was written, as the stream delivers it: again, cut otherwise, and in another order. */
function redelivering(): Fault {
  const images: Record<string, unknown>[] = [];
  let redelivered = 0;
  return {
    name: 'stream delivers twice and out of order',
    async begin(stack) {
      [images.length, redelivered] = [0, 0];
      const release = stack.proxy.inflict((call) => {
        if (writes(call, stack)) images.push((JSON.parse(call.body) as { Item: Record<string, unknown> }).Item);
        return PASS;
      });
      return async () => {
        await release();
        return redelivered;
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
          for (let from = 0; from < backwards.length; from += size) {
            const Records = backwards.slice(Math.max(0, from - 3), from + size);
            await invoke(stack, part, { Records });
            redelivered += Records.length;
          }
    },
  };
}

/** Requests by the intake queue, each sent twice, and delivered once more when the queue has let go of it. */
function twiceByQueue(): Fault {
  const bodies: string[] = [];
  let late = 0;
  return {
    name: 'queue delivers twice and deletes late',
    async begin() {
      late = 0;
      return async () => late;
    },
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
      for (let from = 0; from < records.length; from += 10) {
        const Records = records.slice(from, from + 10);
        await invoke(stack, 'IntakeFunction', { Records });
        late += Records.length;
      }
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
      inParallel(stack.applications, 8, ({ account }, i) =>
        client.send(
          new UpdateItemCommand({
            TableName: stack.pipeline.featureTables.accounts,
            Key: { id: { S: String(account.id) } },
            UpdateExpression: 'SET updatedAt = :at',
            ExpressionAttributeValues: { ':at': { S: new Date(Date.now() + (i % 2 === 0 ? ms : -ms)).toISOString() } },
          }),
        ),
      );
    await setClock(minutes);
    const release = stack.proxy.inflict(({ target }) =>
      target.startsWith('DynamoDB') ? { kind: 'pass', skewMs: minutes } : PASS,
    );
    return async () => {
      await setClock(0);
      return release();
    };
  },
};

/** A definition that asks a model which is not there is deployed under traffic, and the one of before after it. */
function badDeploy(): Fault {
  let decidedByIt = 0;
  return {
    name: 'bad deploy rolled back under traffic',
    async begin() {
      decidedByIt = 0;
      return async () => decidedByIt;
    },
    async send(stack, applications, run) {
      let over = false;
      const deploy = async () => {
        await stack.redeploy(true);
        await stack.redeploy(false);
      };
      const sent: Sent[] = [];
      // Evenly over the time that both deployments take.
      const traffic = async () => {
        for (let i = 0; i < applications.length; i += 8) {
          sent.push(...(await stack.send(applications.slice(i, i + 8), run, 8)));
          if (!over) await sleep(500);
        }
      };
      await Promise.all([deploy().finally(() => (over = true)), traffic()]);
      decidedByIt = sent.filter(({ answers }) => answers.at(-1)?.decision?.version === BAD_VERSION).length;
      return sent;
    },
  };
}

const MOST_DEGRADATION_S = 900;

/**
 * The model is down until the mode has moved to `fallback`, and then back: nobody sets the mode. Told is when each mode
 * began, in seconds from the model's end, and when the model was back.
 */
function degradation(): Fault {
  let struck = 0;
  return {
    name: 'mode moves and returns by itself',
    requests: 600,
    async begin(stack) {
      struck = 0;
      await stack.setMode({ release: true, reason: 'faults' });
      await stack.model({ kind: 'cut' });
      return async () => {
        struck += await stack.healModel();
        await stack.pin('normal');
        return struck;
      };
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
          struck = await stack.healModel();
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
}

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
  killing('dispatcher crashes', 'ReviewDispatch', 400),
  killing('observer crashes', 'DriftObserve', 400),
  redelivering(),
  twiceByQueue(),
  calls('event bus refuses', ({ target }) => target.endsWith('.PutEvents'), failed, 0.5),
  calls('workflows do not start', ({ target }) => target.endsWith('.StartExecution'), failed),
  killing('function killed while it decides', 'DecisionsDecide', 700),
  skewed,
  { name: 'ten times the load', begin: nothing, width: 80 },
  badDeploy(),
  degradation(),
];
