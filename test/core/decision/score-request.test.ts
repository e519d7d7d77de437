import { scoreRequest } from '../../../core/decision/score-request';
import { calibrate } from '../../../core/model/calibration';
import { applications, credit, creditRisk, START } from '../credit';
import { type Behaviour, decideWith, requestPorts } from './request-ports';

const { input } = applications[0]!;
const score = (behaviour: Behaviour = {}) => {
  const all = requestPorts(behaviour);
  const result = all.clock.run(
    scoreRequest(credit, { ...all.ports, model: all.model }, { input, caller: 'me', startedAt: START }),
  );
  return result.then((scored) => ({ ...all, scored }));
};

test('gives the features, the score and the confidence that a decision would have, and records nothing', async () => {
  const { scored, records, asked } = await score();
  const decision = await decideWith(requestPorts());
  if (!('record' in decision)) throw new Error('no record');
  const { features, score: same, confidence } = decision.record;
  expect(scored).toEqual({ features, score: same, confidence });
  expect(scored).toMatchObject({ score: calibrate(creditRisk.model.calibration, 0.02) });
  expect([records.size, asked.writes]).toEqual([0, 0]);
});

test('asks for no earlier decision', async () => {
  expect((await score()).asked.reads[0]!.id).toBeUndefined();
});

test.each([
  [{ answer: { failed: 'MODEL_ERROR' } }, 'MODEL_ERROR'],
  [{ answer: { score: NaN } }, 'MODEL_INVALID'],
  [{ modelMs: Infinity, heedsSignals: false }, 'MODEL_TIMEOUT'],
] satisfies [Behaviour, string][])('says why there is no score: %j', async (behaviour, failed) => {
  const { scored, clock } = await score(behaviour);
  expect(scored).toEqual({ failed });
  expect(clock.now() - START).toBeLessThanOrEqual(800);
});

test.each([
  [{ read: { lookups: { accounts: { failed: 'missing' } } } }, { gaps: { accounts: 'missing' } }],
  [{ read: { mode: 'fallback' } }, { failed: 'MODEL_SKIPPED' }],
  [{ read: { mode: 'halt' } }, { halted: true }],
  [{ read: { mode: 'halt', lookups: { accounts: { failed: 'missing' } } } }, { halted: true }],
] satisfies [Behaviour, object][])('asks no model that a decision would not ask: %j', async (behaviour, expected) => {
  const { scored, asked } = await score(behaviour);
  expect(scored).toEqual(expected);
  expect(asked.rows).toEqual([]);
});
