import fc from 'fast-check';
import { fromItem, toItem } from '../../../adapters/dynamo-decision-store';
import { type Evidence, decide, endpointToAsk } from '../../../core/decision/decide';
import type { ModelAnswer } from '../../../core/decision/model-answer';
import { makeRecord } from '../../../core/decision/decide-request';
import { type DecisionRecord, MODES } from '../../../core/decision/decision';
import { drawOf } from '../../../core/decision/id';
import { evidenceOf } from '../../../core/decision/replay';
import { resolveFeatures } from '../../../core/features/features';
import { type Pipeline, compilePipeline } from '../../../core/pipeline/compile';
import type { Lookup, OnMissing, PipelineDefinition } from '../../../core/pipeline/definition';
import { secondEndpoint } from '../../../core/pipeline/define';
import { makeArtifact } from '../../../core/pipeline/make-artifact';
import example from '../../../examples/credit-risk/pipeline';
import { START, accountItem, applications } from '../credit';
import { idOf } from '../review/loans';

/** The example, whose reviewers may be short, with samples. */
const definition: PipelineDefinition = {
  ...example,
  decide: { ...example.decide, policy: { kind: 'expectedCost' } },
  features: {
    ...example.features,
    lookups: { accounts: { ...example.features!.lookups!.accounts!, lastGoodFor: '3h' } },
  },
  fallback: [secondEndpoint({ endpoint: 'other' }), ...example.fallback],
  review: { ...example.review, capacity: 20, sample: 0.2 },
};
const [artifact, plain] = [makeArtifact(example), makeArtifact(definition)];

interface Asked {
  readonly row: number;
  readonly age: number;
  readonly amount: number;
  readonly hoursOld: number | undefined;
  readonly mode: (typeof MODES)[number];
  readonly model: ModelAnswer;
  readonly other: ModelAnswer;
  readonly backlog: number;
  readonly id: string;
}
const asked: fc.Arbitrary<Asked> = fc.record({
  row: fc.nat(applications.length - 1),
  age: fc.integer({ min: 16, max: 80 }),
  amount: fc.integer({ min: 200, max: 20_000 }),
  hoursOld: fc.option(fc.integer({ min: 0, max: 30 }), { nil: undefined }),
  mode: fc.constantFrom(...MODES.filter((mode) => mode !== 'halt')),
  model: fc.oneof(
    { weight: 4, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }).map((score) => ({ score })) },
    fc.constantFrom({ failed: 'MODEL_TIMEOUT' as const }, { failed: 'MODEL_ERROR' as const }),
  ),
  other: fc.constantFrom<ModelAnswer>({ score: 0.01 }, { score: 0.4 }, { failed: 'MODEL_THROTTLED' }),
  backlog: fc.nat(200),
  id: fc.nat(10_000).map(idOf),
});

/** What `pipeline` would gather of the request. */
function evidenceFor(
  pipeline: Pipeline,
  { row, age, amount, hoursOld, mode, model, other, backlog, id }: Asked,
): Evidence {
  const input = { ...applications[row]!.input, age, credit_amount: amount };
  const read = hoursOld === undefined ? ({ failed: 'missing' } as const) : { item: accountItem(row, hoursOld) };
  const features = resolveFeatures(pipeline, input, { accounts: read }, START);
  const skipped = mode === 'fallback' || mode === 'review_all' || features.onGap !== 'none';
  const evidence: Evidence = {
    input,
    features,
    mode,
    model: skipped ? { failed: 'MODEL_SKIPPED' } : model,
    draw: drawOf(id, 'sample'),
    ...(pipeline.definition.review.capacity === undefined ? {} : { backlog }),
  };
  return endpointToAsk(pipeline, evidence) ? { ...evidence, asked: { other } } : evidence;
}

const recordFor = (pipeline: Pipeline, { id }: Asked, evidence: Evidence): DecisionRecord =>
  makeRecord(pipeline, {
    id,
    caller: 'x',
    hash: 'x',
    startedAt: START,
    evidence,
    verdict: decide(pipeline, evidence),
    timings: { totalMs: 1, featuresMs: 1, modelMs: 1 },
  });

describe.each([
  ['the example', artifact],
  ['with samples, and reviewers who are short', plain],
])('%s', (_, of) => {
  /** Each time compiled anew, as another function would. */
  const [one, other, third] = [compilePipeline(of), compilePipeline(of), compilePipeline(of)];

  test('decides the same, byte for byte, wherever and however often it is asked', () => {
    const routes = new Set<string>();
    fc.assert(
      fc.property(asked, (request) => {
        const verdict = decide(one, evidenceFor(one, request));
        expect(JSON.stringify(decide(other, evidenceFor(other, request)))).toBe(JSON.stringify(verdict));
        routes.add(verdict.sampled === undefined ? verdict.route : 'sampled');
      }),
      { seed: 3, numRuns: 500 },
    );
    expect([...routes]).toEqual(expect.arrayContaining(['automated', 'review', 'heuristic']));
  });

  test('decides the same again from the record that the table keeps', () => {
    fc.assert(
      fc.property(asked, (request) => {
        const evidence = evidenceFor(one, request);
        const record = recordFor(one, request, evidence);
        const kept = fromItem(toItem(record));
        const again = decide(third, { ...evidenceOf(third, kept), draw: drawOf(kept.id, 'sample') });
        expect(JSON.stringify(again)).toBe(JSON.stringify(decide(one, evidence)));
      }),
      { seed: 4, numRuns: 500 },
    );
  });
});

/** The example, with what a lookup that fails leads to. */
function lookingUp(onMissing: OnMissing): Pipeline {
  const lookups = { accounts: { ...accounts, onMissing } };
  return compilePipeline(makeArtifact({ ...definition, features: { ...definition.features, lookups } }));
}
const { accounts } = definition.features!.lookups! as { readonly accounts: Lookup };
const held = applications.slice(0, 2).map(({ account: { id: _, ...values } }) => values);

test('another definition has by a record the features that it would have had by the request', () => {
  const pipelines = ['review' as const, ...held.map((values) => ({ default: values }))].map(lookingUp);
  fc.assert(
    fc.property(asked, fc.nat(2), fc.nat(2), (request, i, j) => {
      const [maker, reader] = [pipelines[i]!, pipelines[j]!];
      const record = recordFor(maker, request, evidenceFor(maker, request));
      expect(evidenceOf(reader, record).features).toEqual(evidenceFor(reader, request).features);
    }),
    { seed: 5, numRuns: 500 },
  );
});
