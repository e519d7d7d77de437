/**
 * How many decisions the stream's consumer counts into windows in a second of one processor's time: records of 30
 * features as the stream delivers them, in batches of 500, up to the partials that go into the state table (the writes
 * themselves left out).
 * `NODE_OPTIONS=--max-semi-space-size=64 npx tsx bench/observe.ts`, as the function is deployed.
 */
import { type Item, fromItem, toItem } from '../adapters/dynamo-decision-store';
import type { DecisionRecord } from '../core/decision/decision';
import { ulid } from '../core/decision/id';
import { buildBaseline } from '../core/drift/build-baseline';
import { tallyOf } from '../core/drift/accumulate';
import { compileObservation } from '../core/drift/observation';
import { byShard, emptyPartial, observe } from '../core/drift/partial';
import { SHARDS } from '../core/drift/settings';
import { compilePipeline } from '../core/pipeline/compile';
import { definePipeline, expectedCost, review, safeDefault, sagemaker } from '../core/pipeline/define';
import { makeArtifact } from '../core/pipeline/make-artifact';
import { randomOf } from '../core/random';

const FEATURES = 30;
const BATCH = 500;
const RECORDS = 20_000;
const ROUNDS = 9;
const START = Date.parse('2026-11-28T09:00:00Z');

const random = randomOf(1);
const names = Array.from({ length: FEATURES }, (_, i) => `feature_${i}`);
const isText = (i: number) => i % 3 === 2;
const rowOf = () =>
  Object.fromEntries(
    names.map((name, i) => [
      name,
      isText(i) ? `category ${Math.floor(random() * 8)}` : Math.round(random() * 1e6) / 100,
    ]),
  );
const definition = definePipeline({
  name: 'wide',
  input: {
    type: 'object',
    properties: Object.fromEntries(
      names.map((name, i) => [name, isText(i) ? { type: 'string', maxLength: 20 } : { type: 'number' }]),
    ),
  },
  model: sagemaker({ endpoint: 'wide', columns: ['input.feature_0'], probabilityOf: 'bad' }),
  decide: {
    outcomes: ['pay', 'refuse'],
    labels: ['good', 'bad'],
    costs: { pay: { good: 0, bad: 5 }, refuse: { good: 1, bad: 0 }, review: 1 },
    policy: expectedCost(),
  },
  deadline: '500ms',
  fallback: [review(), safeDefault(null)],
  review: { sla: '4h' },
  drift: {
    baseline: buildBaseline(
      Array.from({ length: 5_000 }, rowOf),
      Object.fromEntries(names.map((name, i) => [name, isText(i) ? ('categorical' as const) : ('numeric' as const)])),
    ),
  },
});
const pipeline = compilePipeline(makeArtifact(definition));
const { baseline } = definition.drift!;
const observationOf = compileObservation(pipeline);

const record = (i: number): DecisionRecord => ({
  id: ulid(
    START + i,
    Uint8Array.from({ length: 10 }, () => Math.floor(random() * 256)),
  ),
  pipeline: 'wide',
  version: 'sha256:0',
  at: new Date(START + (i % 60_000)).toISOString(),
  status: 'decided',
  outcome: 'pay',
  route: 'automated',
  reasons: [{ code: 'EXPECTED_COST', detail: 'expected cost: pay 0.3366, refuse 0.9327, review 1' }],
  score: 0.07,
  confidence: 0.93,
  mode: 'normal',
  timings: { totalMs: 20 + (i % 40), featuresMs: 4, modelMs: 8 },
  caller: '123456789012:role/App',
  inputHash: '0'.repeat(64),
  input: rowOf(),
  features: {},
  gaps: {},
  modelScore: 0.07,
  history: [{ at: new Date(START).toISOString(), type: 'DecisionMade' }],
  toSend: ['DecisionMade'],
});
/** As Lambda has them: an invocation's event is text, of one batch, and gone after it. */
const batches = Array.from({ length: RECORDS / BATCH }, (_, batch) =>
  JSON.stringify(Array.from({ length: BATCH }, (_, i) => toItem(record(batch * BATCH + i)))),
);

/** Decisions a second of processor time, median of some rounds; what prepares a batch for the work is not counted. */
function rate<T>(prepare: (items: readonly Item[]) => T, begin: () => (prepared: T) => void): number {
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const work = begin();
    let spent = 0;
    for (const batch of batches) {
      const prepared = prepare(JSON.parse(batch) as Item[]);
      const began = process.cpuUsage();
      work(prepared);
      const { user, system } = process.cpuUsage(began);
      spent += user + system;
    }
    rates.push((RECORDS * 1e6) / spent);
  }
  return rates.sort((a, b) => a - b)[ROUNDS >> 1]!;
}

const observationsOf = (items: readonly Item[]) => items.map((item) => observationOf(fromItem(item)));
const parsed = rate(
  (items) => items,
  () => (items) => items.forEach((item) => JSON.parse(item.input!.S!) as unknown),
);
const counted = rate(observationsOf, () => (observations) => tallyOf(baseline, observations));
const whole = rate(
  (items) => items,
  () => {
    const partials = new Map<string, ReturnType<typeof emptyPartial>>();
    return (items) => {
      for (const { window, shard, observations } of byShard(observationsOf(items), 60_000, SHARDS)) {
        const key = `${window}#${shard}`;
        partials.set(key, observe(baseline, partials.get(key) ?? emptyPartial(baseline), observations));
      }
    };
  },
);
const text = (x: number) => Math.round(x).toLocaleString('en').padStart(9);
process.stdout.write(`
  decisions of ${FEATURES} features a second of processor time, medians of ${ROUNDS}

  reading the input's JSON, nothing else  ${text(parsed)}
  counting values that have been read     ${text(counted)}
  from the stream's records to windows    ${text(whole)}   ${(whole / parsed).toFixed(2)} of reading alone

`);
