import { type Attributions, compileAttributions } from '../../../core/model/attributions';
import { type Calibration, calibrate } from '../../../core/model/calibration';
import { type Column, compileColumns, encodeRow, type RowSource } from '../../../core/model/encoding';
import { loadXgboost } from '../../../core/model/xgboost';
import { applications, modelFile } from '../../examples/german-credit';

const model = loadXgboost(modelFile('model.json'));
const definition = modelFile<Column[]>('columns.json');
const columns = compileColumns(definition);
const scores = modelFile<number[]>('vectors.json');
const platt = modelFile<Calibration>('calibration.json');
const isotonic: Calibration = { method: 'isotonic', x: [0, 0.3, 1], y: [0.05, 0.4, 0.9] };

const sourceOf = (i: number): RowSource => ({ input: applications[i]!.input, features: applications[i]!.account });
const total = ({ base, effects }: Attributions) => effects.reduce((sum, { effect }) => sum + effect, base);
const logit = (probability: number) => Math.log(probability / (1 - probability));

test.each<[string, Calibration | undefined]>([
  ['without a calibration', undefined],
  ["with Platt's", platt],
])('%s, base and effects sum to the log-odds of the probability, on every application', (_, calibration) => {
  const attribute = compileAttributions(model, columns, calibration);
  scores.forEach((score, i) => {
    const attributions = attribute(sourceOf(i), score)!;
    const exact = model.predict(encodeRow(columns, sourceOf(i)));
    expect(attributions.scale).toBe('probability log-odds');
    expect(total(attributions)).toBeCloseTo(logit(calibrate(calibration, exact)), 9);
  });
});

test('with isotonic calibration, they sum to the log-odds of the score, and say so', () => {
  const attributions = compileAttributions(model, columns, isotonic)(sourceOf(0), scores[0]!)!;
  expect(attributions).toEqual({
    ...compileAttributions(model, columns)(sourceOf(0), scores[0]!),
    scale: 'score log-odds',
  });
  expect(total(attributions)).toBeCloseTo(logit(scores[0]!), 5);
});

test('names each source once, with its value, the strongest effect first', () => {
  const { effects } = compileAttributions(model, columns, platt)(sourceOf(0), scores[0]!)!;
  const paths = definition.map((column) => (typeof column === 'string' ? column : column.from));
  expect(effects.map(({ feature }) => feature).sort()).toEqual([...new Set(paths)].sort());
  const sizes = effects.map(({ effect }) => Math.abs(effect));
  expect(sizes).toEqual([...sizes].sort((one, other) => other - one));
  const { input, account } = applications[0]!;
  expect(effects.find(({ feature }) => feature === 'input.duration')!.value).toBe(input.duration);
  expect(effects.find(({ feature }) => feature === 'features.checking_status')!.value).toBe(account.checking_status);
});

test('one-hot cells count for their source together', () => {
  const { effects } = compileAttributions(model, columns)(sourceOf(0), scores[0]!)!;
  const vector = modelFile<{ contributions: number[] }[]>('contributions.json')[0]!;
  const width = (column: Column) => (typeof column === 'object' && 'oneHot' in column ? column.oneHot.length : 1);
  const hot = definition.findIndex((column) => width(column) > 1);
  const first = definition.slice(0, hot).reduce((sum, column) => sum + width(column), 0);
  const cells = vector.contributions.slice(first, first + width(definition[hot]!));
  const { from } = definition[hot] as { from: string };
  expect(cells.filter((contribution) => contribution !== 0).length).toBeGreaterThan(1);
  expect(effects.find(({ feature }) => feature === from)!.effect).toBeCloseTo(
    cells.reduce((sum, contribution) => sum + contribution, 0),
    5,
  );
});

test('a source that two columns encode is named once, with both effects', () => {
  const doubled = compileColumns([...definition.slice(0, -1), definition[0]!]);
  const source = sourceOf(0);
  const score = model.predict(encodeRow(doubled, source));
  const attributions = compileAttributions(model, doubled)(source, score)!;
  expect(attributions.effects).toHaveLength(definition.length - 1);
  expect(total(attributions)).toBeCloseTo(logit(score), 9);
});

test('a missing value has an effect too', () => {
  const nothing = { input: {}, features: {} };
  const { allMissing } = modelFile<{ allMissing: number }>('report.json');
  const attributions = compileAttributions(model, columns, platt)(nothing, allMissing)!;
  expect(attributions.effects.every(({ value }) => value === undefined)).toBe(true);
  expect(attributions.effects[0]!.effect).not.toBe(0);
  expect(total(attributions)).toBeCloseTo(logit(calibrate(platt, allMissing)), 5);
});

test("explains no score that is not the model's own", () => {
  const attribute = compileAttributions(model, columns, platt);
  const score = scores[0]!;
  expect(attribute(sourceOf(0), score + 0.9e-4)).toBeDefined();
  expect(attribute(sourceOf(0), score - 0.9e-4)).toBeDefined();
  expect(attribute(sourceOf(0), score + 1.1e-4)).toBeUndefined();
  expect(attribute(sourceOf(0), score - 1.1e-4)).toBeUndefined();
  expect(attribute(sourceOf(0), NaN)).toBeUndefined();
});

test('fails on columns that do not fit the model', () => {
  expect(() => compileAttributions(model, columns.slice(1))).toThrow(/takes 40 cells, the columns give \d+/);
});
