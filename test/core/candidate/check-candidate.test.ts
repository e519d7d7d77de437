import { asksTheSame, candidateProblems } from '../../../core/candidate/check-candidate';
import { given } from '../pipeline/given';
import { creditRisk } from '../credit';

const codes = (changes: Record<string, unknown>, share = 0) =>
  candidateProblems(creditRisk, given(changes), share).map(({ code, path }) => `${code} ${path}`);

test('a candidate may have other derived features, another model, other rules, costs and policy', () => {
  expect(
    codes({
      'features.derived': {},
      'model.endpoint': 'other',
      'decide.costs.review': 1,
      'decide.rules': [],
      'fallback.0': { step: 'review' },
      'fallback.1': undefined,
      description: 'Other',
    }),
  ).toEqual([]);
});

test.each([
  ['name', 'other', 'name'],
  ['input.properties.age.maximum', 99, 'input'],
  ['features.lookups.accounts.maxAge', '1h', 'features.lookups'],
  ['decide.outcomes.2', 'refer', 'decide.outcomes'],
  ['review.sla', '5h', 'review'],
  ['deadline', '1s', 'deadline'],
  ['protected', [], 'protected'],
  ['fallback.2.outcome', 'decline', 'fallback'],
])('a candidate with another %s cannot stand beside the live definition', (path, value, at) => {
  const outcomes = ['approve', 'decline', 'refer'];
  expect(codes(path.startsWith('decide.outcomes') ? { 'decide.outcomes': outcomes } : { [path]: value })).toEqual([
    `CANDIDATE_DIFFERS ${at}`,
  ]);
});

test.each([-0.1, 1.1, NaN])('%d is no share', (share) => {
  expect(codes({}, share)).toEqual(['CANDIDATE_SHARE share']);
});

test('one answer serves both only where the same model is asked the same', () => {
  const asks = (changes: Record<string, unknown>) => asksTheSame(creditRisk, given(changes));
  expect(asks({ 'decide.costs.review': 1, 'model.calibration': undefined })).toBe(true);
  expect(asks({ 'model.endpoint': 'other' })).toBe(false);
  expect(asks({ 'model.columns': creditRisk.model.columns.slice(1) })).toBe(false);
  expect(asks({ 'features.derived': {} })).toBe(false);
});
