import { stripVTControlCharacters } from 'node:util';
import type { Answer } from '../../../bin/explain/answer';
import { formatExplanation } from '../../../bin/explain/explanation-text';
import { labelRecord } from '../../../core/decision/truth';
import { expectedCost, bySegment, thresholds } from '../../../core/pipeline/define';
import type { RuleTable } from '../../../core/pipeline/definition';
import { type Given, deciding, decidingBy } from '../../core/explanation/explained';
import { creditRisk } from '../../core/credit';
import { answerOf, credit, resolved } from './answers';

const textOf = (answer: Answer) => stripVTControlCharacters(formatExplanation(answer));
const told = (by: ReturnType<typeof deciding>, given: Given = {}) => textOf(answerOf(by, by.decided(given)));
/** The lines of a section, without its title. */
function section(text: string, title: string): string[] {
  const part = text.split('\n\n').find((one) => one.trimStart().startsWith(title));
  if (part === undefined) throw new Error(`There is no section ${title} in:\n${text}`);
  return part.trimEnd().split('\n').slice(1);
}

test('says of each rule whether it matched or nearly did, by which values, and what it forces', () => {
  const text = told(credit, { input: { age: 17, credit_amount: 14_500 } });
  expect(section(text, 'Rules')).toEqual([
    '    ✓ rule "under-age" → decline  UNDER_AGE',
    '        ✓ input.age < 18   17',
    '    ≈ rule "large-loan" → a person  LARGE_LOAN  nearly matched',
    '        ✗ input.credit_amount > 15000   14500, 500 away',
  ]);
  expect(section(told(credit, { input: { age: 40 } }), 'Rules')).toEqual(['    2 rules did not match']);
});

test('says which of the rules that matched did not decide', () => {
  const text = told(credit, { input: { age: 17, credit_amount: 16_000 } });
  expect(section(text, 'Rules')[2]).toBe('    ✓ rule "large-loan" → a person  LARGE_LOAN  matched, and did not decide');
});

test('says what is missing', () => {
  const poor = { id: 'poor', when: "features.savings_status == '<100'", outcome: 'decline', reason: 'POOR' } as const;
  const text = told(decidingBy({ rules: [poor] }), { read: { failed: 'missing' } });
  expect(section(text, 'Rules')).toEqual([
    '    ? rule "poor" → decline  POOR  cannot be told without features.savings_status',
    "        ? features.savings_status == '<100'   missing",
  ]);
});

test('aligns the conditions of a rule, and shows both sides where neither stands in it', () => {
  const when = 'input.age > 20 && features.instalment > double(input.credit_amount) / 2.0';
  const rule = { id: 'heavy', when, outcome: 'decline', reason: 'HEAVY' } as const;
  const text = told(decidingBy({ rules: [rule] }), { input: { age: 22, credit_amount: 1_200, duration: 1 } });
  const [first, second] = section(text, 'Rules').slice(1);
  expect(first).toMatch(/✓ input\.age > 20 {2,}22$/);
  expect(second).toMatch(/✓ features\.instalment > double\(input\.credit_amount\) \/ 2\.0 {3}1200 against 600$/);
  expect(first!.indexOf('22')).toBe(second!.indexOf('1200'));
});

test('shows the value that was compared, whatever else the condition holds', () => {
  const when =
    "20 < input.age && input.employment in ['unemployed', '<1'] && input.job.contains('res') && " +
    "features.instalment > 600.0 && !(input.housing == 'own')";
  const rule = { id: 'odd', when, outcome: 'decline', reason: 'ODD' } as const;
  const given = {
    age: 21,
    employment: '<1',
    housing: 'own',
    job: 'unskilled resident',
    credit_amount: 2000,
    duration: 3,
  };
  const text = told(decidingBy({ rules: [rule] }), { input: given });
  expect(section(text, 'Rules').map((line) => line.replace(/ {3,}/g, '   '))).toEqual([
    '   ≈ rule "odd" → decline  ODD  nearly matched',
    '   ✓ 20 < input.age   21',
    `   ✓ input.employment in ['unemployed', '<1']   "<1"`,
    `   ✓ input.job.contains('res')   "unskilled resident"`,
    '   ✓ features.instalment > 600.0   666.667',
    `   ✓ input.housing == 'own'   "own", kept it from matching`,
  ]);
});

test('tells of a table by its rows', () => {
  const table: RuleTable = {
    table: 'size',
    hit: 'first',
    inputs: { purpose: 'input.purpose', amount: 'input.credit_amount' },
    rows: [{ when: { purpose: 'business', amount: '> 12000' }, route: 'review', reason: 'LARGE_LOAN' }],
    otherwise: 'pass',
  };
  const text = told(decidingBy({ rules: [table] }), { input: { purpose: 'business', credit_amount: 11_999 } });
  expect(section(text, 'Rules')).toEqual([
    '    ≈ table "size", row 1 → a person  LARGE_LOAN  nearly matched',
    '        ✓ purpose is "business"   "business"',
    '        ✗ amount > 12000          11999, 2 away',
  ]);
});

test('draws what each option costs, and marks the one that the policy chose', () => {
  const uncalibrated = deciding({ model: { ...creditRisk.model, calibration: { method: 'platt', a: -1, b: 0 } } });
  const text = told(uncalibrated, { model: { score: 0.05 } });
  expect(section(text, 'Options')).toEqual([
    '    approve  0.25  █████████▌  the policy’s choice',
    `    review   0.50  ${'█'.repeat(19)}`,
    `    decline  0.95  ${'█'.repeat(36)}`,
  ]);
  const ruled = told(uncalibrated, { model: { score: 0.05 }, input: { age: 17 } });
  expect(section(ruled, 'Options')[0]).toMatch(/the policy would choose it$/);
});

test('names the segment by whose policy it was chosen', () => {
  const old = { id: 'old', when: 'input.age >= 60', policy: thresholds({ approve: { below: 0.9 } }) };
  const text = told(decidingBy({ policy: bySegment([old], expectedCost()) }), { input: { age: 61 } });
  expect(text).toContain('Options  expected cost, in segment "old"');
});

test('shows what moved the probability, to the left what lowers it and to the right what raises it', () => {
  const text = told(credit, { row: 0 });
  expect(text).toMatch(/What moved the probability of bad {2}from \d+ %, where nothing is known, to \d+ %/);
  const lines = section(text, 'What moved');
  expect(lines).toHaveLength(9);
  expect(lines[0]).toMatch(/^ {4}input\.purpose = "radio\/tv" +−0\.26 {2}█{9} +odds 1\.30 times lower$/);
  expect(lines[1]).toMatch(/^ {4}input\.duration = 48 +\+0\.22 {11}█{7}▌? +odds 1\.24 times higher$/);
  expect(lines[8]).toMatch(/^ {4}all others together /);
  const columns = new Set(lines.map((line) => line.indexOf('odds')));
  expect(columns.size).toBe(1);
});

test.each<[string, Given, RegExp]>([
  ['the model gave none', { model: { failed: 'MODEL_TIMEOUT' } }, /the model gave no score/],
  ['another model gave it', { model: { score: 0.5 } }, /so it cannot tell/],
])('says why nothing is attributed to a score: %s', (_, given, text) => {
  expect(told(credit, given)).toMatch(text);
});

test('says so where deciding again comes to something else', () => {
  const record = credit.decided();
  expect(textOf(answerOf(credit, record))).not.toContain('otherwise');
  expect(textOf(answerOf(credit, { ...record, confidence: 0.1 }))).toContain('it comes out otherwise');
});

test('ends with reasons and history', () => {
  const row = 0;
  const record = resolved(credit.decided({ row }), 'approve', { by: 'ann', reason: 'OTHER', note: 'Payslips seen.' });
  const text = textOf(answerOf(credit, record));
  expect(section(text, 'Reasons')).toEqual([expect.stringMatching(/^ {4}REVIEW_CHEAPER {2}expected cost: approve/)]);
  expect(section(text, 'History')).toEqual([
    '    2026-11-23 09:00:00  DecisionMade',
    '    2026-11-23 09:00:00  ReviewRequested',
    '    2026-11-23 10:30:00  ReviewResolved   by ann, OTHER, “Payslips seen.”',
  ]);
});

test('says what turned out to be true, once that is known', () => {
  const truth = { label: 'bad', at: '2027-05-01T09:00:00.000Z', by: '000000000000:role/app' };
  expect(textOf(answerOf(credit, credit.decided()))).not.toContain('turned out');
  expect(textOf(answerOf(credit, labelRecord(credit.decided(), truth)))).toContain('\n  It turned out: bad.\n');
});

test('of a decision that cannot be explained says why, with its reasons and history', () => {
  const { version } = deciding({ description: 'another' }).artifact;
  const text = textOf(answerOf(credit, { ...credit.decided(), version }));
  expect(text).toContain('made by another version of the definition');
  expect(text).not.toMatch(/Rules|Options|What moved/);
  expect(text).toMatch(/Reasons[^]*History/);
});

test('what anybody wrote into inputs or notes commands no terminal', () => {
  const evil = '\u001b[2J\u009b31m\u202eevil\r\n';
  const record = resolved(credit.decided(), 'approve', { note: evil, reason: 'OTHER' });
  const answer = answerOf(credit, record);
  expect(JSON.stringify(answer)).toContain('evil');
  const text = textOf(answer);
  expect(text).toContain('evil');
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
});
