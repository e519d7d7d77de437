import { type Column, compileColumns, encodeRow, toCsv } from '../../../core/model/encoding';
import { loadXgboost, type XgboostJson } from '../../../core/model/xgboost';
import { applications, modelFile } from '../../examples/german-credit';

const model = loadXgboost(modelFile('model.json'));
const columns = compileColumns(modelFile<Column[]>('columns.json'));
const row = (i: number) => encodeRow(columns, { input: applications[i]!.input, features: applications[i]!.account });

test('predicts what xgboost predicts, on every application', () => {
  const expected = modelFile<number[]>('vectors.json');
  expect(expected).toHaveLength(700);
  const worst = Math.max(...expected.map((score, i) => Math.abs(model.predict(row(i)) - score)));
  expect(worst).toBeLessThan(1e-6);
});

test('survives the way through CSV unchanged', () => {
  const cells = toCsv(row(0)).split(',').map(Number);
  expect(model.predict(cells)).toBe(model.predict(row(0)));
});

test('takes the default branch of a missing value', () => {
  const missing = encodeRow(columns, { input: {}, features: {} });
  expect(missing.every(Number.isNaN)).toBe(true);
  expect(toCsv(missing)).toMatch(/^,+$/);
  // The value that xgboost itself gives is in the report.
  expect(model.predict(missing)).toBeCloseTo(ALL_MISSING, 6);
});

test.each([
  [{}, /not in XGBoost's JSON format/],
  [
    { learner: { gradient_booster: { name: 'dart', model: { trees: [] } }, objective: {}, learner_model_param: {} } },
    /booster is dart/,
  ],
  [
    {
      learner: {
        gradient_booster: { name: 'gbtree', model: { trees: [] } },
        objective: { name: 'reg:squarederror' },
        learner_model_param: {},
      },
    },
    /objective is reg:squarederror/,
  ],
])('fails on a model that it cannot evaluate, and says why', (json, message) => {
  expect(() => loadXgboost(json)).toThrow(message);
});

test('stops at the best round, where training was stopped early', () => {
  const file = modelFile<XgboostJson>('model.json');
  const { trees } = file.learner.gradient_booster.model;
  const half = trees.length / 2;
  const stopped = structuredClone(file);
  Object.assign(stopped.learner, { attributes: { best_ntree_limit: String(half) } });
  const cut = structuredClone(file);
  Object.assign(cut.learner.gradient_booster.model, { trees: trees.slice(0, half) });
  expect(loadXgboost(stopped).predict(row(0))).toBe(loadXgboost(cut).predict(row(0)));
  expect(loadXgboost(stopped).predict(row(0))).not.toBe(model.predict(row(0)));
  expect(loadXgboost(stopped).trees).toEqual(loadXgboost(cut).trees);
});

test('fails on a row of another length', () => {
  expect(() => model.predict([1, 2])).toThrow('the row has 2');
});

const ALL_MISSING = modelFile<{ allMissing: number }>('report.json').allMissing;
