import { decide, endpointKey, endpointToAsk, type Evidence } from '../../../core/decision/decide';
import { decideRequest } from '../../../core/decision/decide-request';
import type { DecisionRecord } from '../../../core/decision/decision';
import type { ModelAnswer } from '../../../core/decision/model-answer';
import { askedByRow } from '../../../core/model/encoding';
import { heuristic, review, safeDefault, secondEndpoint } from '../../../core/pipeline/define';
import type { FallbackStep } from '../../../core/pipeline/definition';
import { applications, creditWith, featuresOf, START, uncalibrated } from '../credit';
import { type Behaviour, request, requestPorts } from './request-ports';

const plain = creditWith({ model: uncalibrated });
const { input } = applications[0]!;
const evidence = (over: Partial<Evidence> = {}): Evidence => ({
  input,
  features: featuresOf(plain, 0),
  mode: 'normal',
  model: { score: 0.02 },
  ...over,
});
const codes = (verdict: { reasons: readonly { code: string }[] }) => verdict.reasons.map(({ code }) => code);
const failed: ModelAnswer = { failed: 'MODEL_TIMEOUT' };
const withFallback = (...fallback: FallbackStep[]) => creditWith({ model: uncalibrated, fallback });

describe('a second endpoint in the fallback chain', () => {
  const fallback = [secondEndpoint({ endpoint: 'other', when: 'input.age >= 18' }), review(), safeDefault(null)];
  const pipeline = withFallback(...fallback);
  const ask = (over: Partial<Evidence> = {}) => evidence({ model: failed, ...over });

  test('is asked for where the model gave no answer, and only then', () => {
    expect(endpointToAsk(pipeline, ask())).toEqual(fallback[0]);
    expect(endpointToAsk(pipeline, evidence())).toBeUndefined();
    expect(endpointToAsk(pipeline, ask({ asked: { other: failed } }))).toBeUndefined();
    expect(endpointToAsk(pipeline, ask({ mode: 'review_all' }))).toBeUndefined();
    expect(endpointToAsk(pipeline, ask({ input: { ...input, age: 17 } }))).toBeUndefined();
  });

  test('decides by the policy, and the decision says who answered and why', () => {
    const verdict = decide(pipeline, ask({ asked: { other: { score: 0.02 } } }));
    expect(verdict).toMatchObject({ route: 'automated', outcome: 'approve', score: 0.02, confidence: 0.98 });
    expect(codes(verdict)).toEqual(['EXPECTED_COST', 'SECOND_ENDPOINT', 'MODEL_TIMEOUT']);
    expect(verdict.reasons[1]!.detail).toBe('other answered');
  });

  test('that fails too is told of, and the chain goes on', () => {
    const verdict = decide(pipeline, ask({ asked: { other: { failed: 'MODEL_THROTTLED' } } }));
    expect(verdict).toMatchObject({ route: 'review', score: null });
    expect(codes(verdict)).toEqual(['MODEL_TIMEOUT', 'MODEL_THROTTLED']);
  });

  test('that answers nonsense has not answered', () => {
    const verdict = decide(pipeline, ask({ asked: { other: { score: 7 } } }));
    expect(codes(verdict)).toEqual(['MODEL_TIMEOUT', 'MODEL_INVALID']);
  });

  test('is asked in its turn: what stands before it in the chain comes first', () => {
    const first = withFallback(heuristic({ when: 'input.age > 20', outcome: 'decline' }), ...fallback);
    expect(endpointToAsk(first, ask())).toBeUndefined();
    expect(decide(first, ask()).route).toBe('heuristic');
  });

  test('goes by its name and variant', () => {
    expect(
      [{ endpoint: 'a' }, { variant: 'b' }, { endpoint: 'a', variant: 'b' }].map((other) =>
        endpointKey({ step: 'endpoint', ...other }),
      ),
    ).toEqual(['a', '/b', 'a/b']);
  });
});

describe('a review in the fallback chain may have a condition', () => {
  const pipeline = withFallback(review({ when: 'input.age < 30' }), safeDefault('decline'));
  test.each([
    [20, 'review'],
    [40, 'safe_default'],
  ] as const)('at %d the decision goes to %s', (age, route) => {
    expect(decide(pipeline, evidence({ input: { ...input, age }, model: failed })).route).toBe(route);
  });

  test('and one that cannot be told is no reason not to ask a person', () => {
    const unknown = withFallback(review({ when: 'input.foreign_worker == "yes"' }), safeDefault('approve'));
    const { foreign_worker: _, ...rest } = input as Record<string, unknown>;
    expect(decide(unknown, evidence({ input: rest, model: failed })).route).toBe('review');
  });
});

test('values that are too old, but still used, are decided as in cautious mode', () => {
  const features = { ...featuresOf(plain, 0), gaps: { accounts: 'aged' as const }, aged: true };
  expect(codes(decide(plain, evidence({ features, model: { score: 0.08 } })))).toEqual([
    'NEAR_BOUNDARY',
    'FEATURES_AGED',
  ]);
  expect(codes(decide(plain, evidence({ features, model: { score: 0.02 } })))).toEqual([
    'EXPECTED_COST',
    'FEATURES_AGED',
  ]);
});

/** Another model, in the time of the first. */
async function answering(
  { clock }: ReturnType<typeof requestPorts>,
  { asked }: ReturnType<typeof requestPorts>,
  { modelMs = 20, answer = { score: 0.02 } }: Behaviour,
  row: string,
  signal: AbortSignal,
): Promise<ModelAnswer> {
  asked.rows.push(row);
  if (modelMs !== Infinity) await clock.sleep(modelMs);
  else await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
  return signal.aborted ? { failed: 'MODEL_TIMEOUT' } : answer;
}

describe('a request that asks a second endpoint', () => {
  const fallback = [secondEndpoint({ endpoint: 'other', budget: '100ms' }), review(), safeDefault(null)];
  const pipeline = creditWith({ model: uncalibrated, fallback });
  const run = async (behaviour: Behaviour, second: Behaviour) => {
    const all = requestPorts(behaviour);
    const other = requestPorts(second);
    const others = {
      other: askedByRow(pipeline.columns, { predict: (row, signal) => answering(all, other, second, row, signal) }),
    };
    const arms = { live: { pipeline, model: all.model, others } };
    const { record } = (await all.clock.run(decideRequest(arms, all.ports, request()))) as { record: DecisionRecord };
    return { record, took: all.clock.now() - START, asked: other.asked.rows.length };
  };

  test('answers where the model hangs, inside the deadline, and both stand in the record', async () => {
    const { record, took, asked } = await run({ modelMs: Infinity }, { answer: { score: 0.02 } });
    expect(record).toMatchObject({
      route: 'automated',
      outcome: 'approve',
      score: 0.02,
      modelScore: null,
      asked: { other: { score: 0.02 } },
    });
    expect([took <= 800, asked]).toEqual([true, 1]);
  });

  test('is one call more, and none where the model answers', async () => {
    const { record, asked } = await run({}, {});
    expect([asked, 'asked' in record]).toEqual([0, false]);
  });

  test('has its own budget, and the chain goes on when that is spent', async () => {
    const { record, took } = await run({ answer: { failed: 'MODEL_ERROR' } }, { modelMs: Infinity });
    expect(codes(record)).toEqual(['MODEL_ERROR', 'MODEL_TIMEOUT']);
    // 5 ms of reading, 20 ms until the model failed, 100 ms for the other, 5 ms of writing.
    expect(took).toBe(130);
  });
});
