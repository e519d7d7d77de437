import type { Calibration } from '../../../core/model/calibration';
import { encodeRow } from '../../../core/model/encoding';
import { loadXgboost } from '../../../core/model/xgboost';
import { applications, creditRisk, scores } from '../credit';
import { deciding, explained } from './explained';

const credit = deciding();
const model = loadXgboost(creditRisk.model.trees);
const { trees: _, ...modelOnly } = creditRisk.model;
const logit = (probability: number) => Math.log(probability / (1 - probability));

test('the effects add up to the log-odds of the probability', () => {
  for (let row = 0; row < applications.length; row += 10) {
    const { base, effects, others, scale, label } = credit.why({ row }).attributions!;
    expect([scale, label, effects.length]).toEqual(['probability log-odds', 'bad', 8]);
    const total = effects.reduce((sum, { effect }) => sum + effect, base + others);
    expect(total).toBeCloseTo(logit(credit.decided({ row }).score!), 2);
  }
});

test('the strongest come first, with the values of the request', () => {
  const { effects, others } = credit.why({ row: 3 }).attributions!;
  const record = credit.decided({ row: 3 });
  const sizes = effects.map(({ effect }) => Math.abs(effect));
  expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
  for (const { feature, value } of effects) {
    const [root, name] = feature.split('.') as ['input' | 'features', string];
    expect(value).toBe(record[root][name]);
  }
  expect(others).not.toBe(0);
});

test('a value that is missing has an effect too', () => {
  const decided = credit.decided();
  const { checking_status: __, ...features } = decided.features;
  const record = { ...decided, features };
  const row = encodeRow(credit.pipeline.columns, record);
  const { effects } = explained(credit.artifact, { ...record, modelScore: model.predict(row) }).attributions!;
  expect(effects.find(({ feature }) => feature === 'features.checking_status')).toMatchObject({ value: null });
});

test('protected fields move nothing', () => {
  for (let row = 0; row < applications.length; row += 50)
    expect(JSON.stringify(credit.why({ row }))).not.toMatch(/personal_status|foreign_worker/);
});

test('with isotonic calibration they are on the scale of the score', () => {
  const calibration: Calibration = { method: 'isotonic', x: [0, 1], y: [0.1, 0.9] };
  const { attributions } = deciding({ model: { ...creditRisk.model, calibration } }).why({ row: 5 });
  expect(attributions!.scale).toBe('score log-odds');
  const total = attributions!.effects.reduce((sum, { effect }) => sum + effect, attributions!.base);
  expect(total + attributions!.others).toBeCloseTo(logit(scores[5]!), 2);
});

test.each([
  ['NO_TREES', deciding({ model: modelOnly }), {}],
  ['ANOTHER_MODEL', credit, { model: { score: 0.123 } }],
  ['NO_SCORE', credit, { model: { failed: 'MODEL_TIMEOUT' } }],
  ['NO_SCORE', credit, { mode: 'review_all', model: { failed: 'MODEL_SKIPPED' } }],
] as const)('says why there are none: %s', (code, { why }, given) => {
  expect(why(given)).toMatchObject({ attributions: null, attributionsMissing: code });
});
