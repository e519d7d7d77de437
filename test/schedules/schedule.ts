import {
  type Client,
  DecideFunction,
  client,
  counted,
  dispatcher,
  observer,
  reviewer,
  sweeper,
  workflowService,
} from './actors';
import type { DecisionRecord } from '../../core/decision/decision';
import { type Bug, END_MS, START, World } from './world';

const CLIENTS = 6;

export interface Outcome {
  /** Promises that were broken. */
  readonly violations: readonly string[];
  /** What came about, by name, so that one can see that the schedules reach everything. */
  readonly reached: ReadonlyMap<string, number>;
  /** The records as they stand at the end: the same for the same seed. */
  readonly records: readonly DecisionRecord[];
}

/** Runs one schedule of crashes, delays, losses, duplicates and reorderings. */
export async function runSchedule(seed: number, bug?: Bug): Promise<Outcome> {
  const world = new World(seed, bug);
  const decide = new DecideFunction(world);
  const clients = Array.from({ length: CLIENTS }, (_, i): Client => ({ number: i + 1, keyed: i % 3 !== 2, told: [] }));
  const decided = new Map<string, string[]>();
  const failures: unknown[] = [];
  const actors = [
    ...clients.map((self) => client(world, decide, self)),
    dispatcher(world),
    observer(world),
    sweeper(world),
    workflowService(world),
    reviewer(world, 'ann', decided),
    reviewer(world, 'ben', decided),
  ];
  for (const actor of actors) actor.catch((error: unknown) => failures.push(error));
  await world.scheduler.run(START + END_MS);
  if (failures.length > 0) throw failures[0] as Error;
  await judge(world, clients, decided);
  const records = [...world.stored.records.values()];
  return { violations: world.violations, reached: reachedBy(world, records), records };
}

function reachedBy(world: World, records: readonly DecisionRecord[]): Map<string, number> {
  const reached = new Map(world.counts);
  const add = (name: string) => reached.set(name, (reached.get(name) ?? 0) + 1);
  for (const { route, reasons, history } of records) {
    add(`route ${route}`);
    for (const { code } of reasons) add(code);
    for (const { type } of history) add(type);
  }
  return reached;
}

async function judge(
  world: World,
  clients: readonly Client[],
  decided: ReadonlyMap<string, readonly string[]>,
): Promise<void> {
  const { violations, stored, stream, bus, review } = world;
  const records = [...stored.records.values()];
  const broken = (promise: string, holds: boolean) => void (holds || violations.push(promise));

  for (const { number, keyed, told } of clients) {
    const own = records.filter(({ input }) => input.client === number);
    broken(`client ${number} has ${own.length} decisions`, keyed ? own.length === 1 : own.length <= 1);
    broken(`client ${number} was never answered`, !keyed || told.length > 0);
    for (const { id, status, outcome } of told) {
      const record = stored.records.get(id);
      broken(`client ${number} was told of ${id}, which is lost`, record !== undefined);
      const changed = status !== 'pending_review' && record?.outcome !== outcome;
      broken(`client ${number} was told ${outcome}, and then it became ${record?.outcome}`, !changed);
    }
  }
  for (const { id, status, route, outcome, score, toSend, truth } of records) {
    const made = stream.filter(({ inserted, record }) => inserted && record.id === id);
    broken(`${id} was made ${made.length} times`, made.length === 1);
    broken(`${id} never came to an end`, status !== 'pending_review');
    broken(`${id} still has events to send`, toSend.length === 0);
    broken(`${id} was approved without a score`, !(outcome === 'approve' && route === 'automated' && score === null));
    const resolutions = decided.get(id) ?? [];
    broken(`${id} was resolved ${resolutions.length} times`, resolutions.length <= 1);
    broken(
      `${id}: what a reviewer decided was overwritten`,
      resolutions.every((one) => one === outcome && route === 'review'),
    );
    const expected = [
      'DecisionMade',
      ...(status === 'resolved' ? ['ReviewRequested', 'DecisionResolved'] : []),
      ...(truth ? ['OutcomeRecorded'] : []),
    ];
    const sent = new Set(bus.filter(({ detail }) => detail.decision.id === id).map(({ detail }) => detail.eventId));
    broken(
      `${id}: events ${[...sent].join()}`,
      sent.size === expected.length && expected.every((type) => sent.has(`${id}.${type}`)),
    );
    const paid = review.started.get(`pay ${id}`);
    broken(`${id} is ${outcome}, and was ${paid ? '' : 'not '}paid`, (outcome === 'approve') === (paid !== undefined));
    broken(`${id} was paid as ${paid?.outcome}`, paid === undefined || paid.outcome === 'approve');
    broken(`${id} has no review`, status !== 'resolved' || review.executions.has(id));
  }
  const running = [...review.executions.values()].filter(({ status }) => status === 'RUNNING');
  broken(`${running.length} workflows still run`, running.length === 0);
  const rows = await counted(world);
  broken(`the windows counted ${rows} of ${records.length} decisions`, rows === records.length);
}
