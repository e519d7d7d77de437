import { stripVTControlCharacters } from 'node:util';
import { formatExplanation } from '../../../bin/explain/explanation-text';
import { encodeRow } from '../../../core/model/encoding';
import { loadXgboost } from '../../../core/model/xgboost';
import creditRisk from '../../../examples/credit-risk/pipeline';
import { decidingAs } from '../../core/explanation/explained';
import { README, blockWith } from '../../readme';
import { answerOf } from './answers';

const credit = decidingAs(creditRisk);

test('the explanation in the README is that of its application', () => {
  const body = /-d '([^']+)'/.exec(blockWith('sh', 'my-first-application'))![1]!;
  const { input } = JSON.parse(body) as { input: Record<string, unknown> };
  const row = Number(String(input.applicant_id).slice(-4)) - 1;
  const model = loadXgboost(creditRisk.model.trees);
  const { features } = credit.decided({ row, input });
  const score = model.predict(encodeRow(credit.pipeline.columns, { input, features }));
  const text = stripVTControlCharacters(
    formatExplanation(answerOf(credit, credit.decided({ row, input, model: { score } }))),
  );
  // Above it stand the id and the time of a run, below it the history.
  const told = text.slice(text.indexOf('  Decided'), text.indexOf('\n\n  History'));
  expect(README).toContain(told);
});
