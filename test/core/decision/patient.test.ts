import { accountItem, applications } from '../credit';
import { type Behaviour, decideWith, requestPorts } from './request-ports';

describe('a patient request', () => {
  test.each<[string, Behaviour, string]>([
    ['the model times out', { modelMs: Infinity }, 'MODEL_TIMEOUT'],
    ['the model is throttled', { answer: { failed: 'MODEL_THROTTLED' } }, 'MODEL_THROTTLED'],
    ['the mode spares the model', { read: { mode: 'fallback' } }, 'MODEL_SKIPPED'],
    ['the feature store does not answer', { readMs: Infinity }, 'FEATURES_UNAVAILABLE'],
    ['its circuit is open', { read: { lookups: { accounts: { failed: 'circuit_open' } } } }, 'FEATURES_CIRCUIT_OPEN'],
  ])('waits rather than be decided by a stopgap, when %s', async (_, behaviour, because) => {
    const all = requestPorts(behaviour);
    expect(await decideWith(all, { patient: true })).toEqual({ kind: 'overloaded', retryAfterMs: 1_000, because });
    expect(all.records.size).toBe(0);
    const impatient = requestPorts(behaviour);
    expect(await decideWith(impatient)).toMatchObject({ kind: 'decided' });
  });

  test.each<[string, Behaviour, object]>([
    ['all is well', {}, { outcome: 'approve', route: 'automated' }],
    [
      'what is known is too old, and will be',
      { read: { lookups: { accounts: { item: accountItem(0, 25) } } } },
      { route: 'review' },
    ],
    ['an operator wants reviews', { read: { mode: 'review_all' } }, { route: 'review' }],
  ])('is decided as any other when %s', async (_, behaviour, expected) => {
    const result = await decideWith(requestPorts(behaviour), { patient: true });
    expect(result).toMatchObject({ kind: 'decided', record: expected });
  });

  test('does not wait for a model that a rule does without', async () => {
    const input = { ...applications[0]!.input, age: 17 };
    const result = await decideWith(requestPorts({ modelMs: Infinity }), { patient: true, input });
    expect(result).toMatchObject({ kind: 'decided', record: { outcome: 'decline', route: 'automated' } });
  });
});
