import { scorerOf } from '../../../bin/history/scorer';
import { creditRisk } from '../../core/credit';
import { modelFile } from '../../examples/german-credit';
import { scratchFile } from '../scratch';

test('trees score the cells, as the model does', () => {
  const score = scorerOf(creditRisk.model.trees, undefined);
  const cells = Array.from({ length: 60 }, () => NaN);
  const [row] = [cells.slice(0, Number(creditRisk.model.trees!.learner.learner_model_param.num_feature))];
  expect(score(row, 0)).toBeCloseTo(modelFile<{ allMissing: number }>('report.json').allMissing, 6);
});

test('without trees or scores nothing can score', () => {
  expect(() => scorerOf(undefined, undefined)).toThrow(/Give --scores/);
});

describe('a file of scores', () => {
  test('has one for each row of history, whatever rows are read', () => {
    for (const content of ['[0.25,null,1]', '{"folds":10,"scores":[0.25,null,1]}']) {
      const score = scorerOf(creditRisk.model.trees, scratchFile('scores.json', content));
      expect([2, 0, 1].map((row) => score([], row))).toEqual([1, 0.25, undefined]);
    }
  });

  test('that is too short belongs to another history', () => {
    const score = scorerOf(undefined, scratchFile('short.json', '[0.5]'));
    expect(() => score([], 1)).toThrow(/has 1 scores, but the history has a row 2/);
  });

  test.each([
    ['[0.5,1.5]', /row 2 has 1\.5/],
    ['["0.5"]', /row 1 has "0\.5"/],
    ['{"score":[]}', /neither an array of scores/],
    ['null', /neither an array of scores/],
    ['', /is no JSON/],
  ])('%s is refused', (content, message) => {
    expect(() => scorerOf(undefined, scratchFile('wrong.json', content))).toThrow(message);
  });
});
