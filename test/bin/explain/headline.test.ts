import { because, headline } from '../../../bin/explain/headline';
import { safeDefault } from '../../../core/pipeline/define';
import type { DecisionRecord } from '../../../core/decision/decision';
import type { Rule } from '../../../core/pipeline/definition';
import { type Given, deciding, decidingBy } from '../../core/explanation/explained';
import { applications, creditRisk } from '../../core/credit';
import { answerOf, credit, resolved } from './answers';

const rowOf = (outcome: string | null) =>
  applications.findIndex((_, row) => credit.decided({ row }).outcome === outcome);
const [approved, reviewed] = [rowOf('approve'), rowOf(null)];

const told = (by: ReturnType<typeof deciding>, given: Given, then = (record: DecisionRecord) => record) => {
  const answer = answerOf(by, then(by.decided(given)));
  return [headline(answer), because(answer)];
};
const rules = (...list: readonly Rule[]) => decidingBy({ rules: list });
const young = { id: 'young', when: 'input.age < 30', outcome: 'decline', reason: 'YOUNG' } as const;
const small = { id: 'small', when: 'input.credit_amount < 500', outcome: 'approve', reason: 'SMALL' } as const;
const both = { row: approved, input: { age: 20, credit_amount: 400 } };

test('what the policy decided is told by its costs', () => {
  const [title, why] = told(credit, { row: approved });
  expect(title).toBe('Decided automatically: approve');
  expect(why).toMatch(/^In expectation approve costs 0\.\d\d, a review 0\.50 and decline 0\.\d\d\.$/);
});

test('what it left to a person, too', () => {
  const [title, why] = told(credit, { row: reviewed });
  expect(title).toBe('Waiting for a person');
  expect(why).toMatch(/^In expectation a review costs 0\.50, \w+ \d\.\d\d and \w+ \d\.\d\d\.$/);
});

test('another policy speaks for itself', () => {
  const cautious = told(credit, { row: approved, mode: 'cautious', model: { score: 0.09 } });
  expect(cautious[1]).toMatch(/^Expected cost: approve/);
});

test('a rule that decided is named', () => {
  expect(told(rules(young), both)).toEqual([
    'Decided automatically: decline',
    'Rule "young" decides, whatever the model says.',
  ]);
  expect(told(credit, { input: { credit_amount: 20_000 } })).toEqual([
    'Waiting for a person',
    'Rule "large-loan" sends it to a person, whatever the model says.',
  ]);
});

test('rules that decide together, or disagree, are all named', () => {
  const second = { ...young, id: 'too-young' };
  const all = (...list: readonly Rule[]) => decidingBy({ match: 'all', rules: list });
  expect(told(all(young, second), both)[1]).toBe('Rule "young" and rule "too-young" decide, whatever the model says.');
  expect(told(all(young, small), both)[1]).toBe('Rule "young" and rule "small" disagree.');
});

test('a rule that cannot be told names what is missing', () => {
  const poor = { ...young, id: 'poor', when: "features.savings_status == '<100'" };
  expect(told(rules(poor), { read: { failed: 'missing' } })[1]).toBe(
    'Rule "poor" cannot be told without features.savings_status.',
  );
});

test('what could not be looked up, and the mode, are told as the reasons tell them', () => {
  expect(told(credit, { read: { failed: 'missing' } })[1]).toBe('Lookup "accounts": missing.');
  expect(told(credit, { mode: 'review_all', model: { failed: 'MODEL_SKIPPED' } })[1]).toBe(
    'Every decision goes to a person.',
  );
});

test('a model that gave no answer leads down the fallback chain', () => {
  const model = { failed: 'MODEL_TIMEOUT' } as const;
  const heavy = { input: { credit_amount: 12_000, duration: 12 }, model };
  expect(told(credit, heavy)[0]).toBe('Decided by the fallback chain: decline');
  expect(told(credit, { model, input: { credit_amount: 1_000, duration: 12 } })).toEqual([
    'Waiting for a person',
    'The model gave no answer (MODEL_TIMEOUT).',
  ]);
  const spared = { mode: 'fallback', model: { failed: 'MODEL_SKIPPED' } } as const;
  expect(told(credit, { ...spared, input: { credit_amount: 1_000, duration: 12 } })[1]).toBe(
    'The model was not asked (MODEL_SKIPPED).',
  );
  const none = deciding({ fallback: [safeDefault(null)] });
  expect(told(none, { model })[0]).toBe('Decided by the safe default: no outcome');
});

test('after a review it says who decided, and what they were asked for', () => {
  const by = (record: DecisionRecord) => resolved(record, 'decline', { reason: 'CREDIT_HISTORY' });
  const [title, why] = told(credit, { row: reviewed }, by);
  expect(title).toBe('Decided by a person: decline (CREDIT_HISTORY)');
  expect(why).toMatch(/^A person was asked: in expectation a review costs 0\.50/);
});

test('after a review that nobody made it names the safe default', () => {
  const expired = (record: DecisionRecord) => resolved(record, null, { route: 'safe_default' });
  expect(told(credit, { row: reviewed }, expired)[0]).toBe('Nobody reviewed it in time: no outcome, the safe default');
});

test('a sample is explained when a person has decided, and not before', () => {
  const sampling = deciding({ review: { ...creditRisk.review, sample: 1 } });
  const [title, blind] = told(sampling, { row: approved });
  expect(title).toBe('Waiting for a person');
  expect(blind).toMatch(/blind review/);
  expect(blind).not.toMatch(/approve/);
  const by = (record: DecisionRecord) => resolved(record, 'decline', { reason: 'OTHER' });
  expect(told(sampling, { row: approved }, by)).toEqual([
    'Decided by a person: decline (OTHER)',
    'Drawn for a blind review; by itself the pipeline would have decided approve.',
  ]);
});

test('costs that differ in small amounts are told apart', () => {
  const near = decidingBy({ costs: { approve: { good: 0, bad: 5 }, decline: { good: 1, bad: 0 }, review: 0.501 } });
  const model = { ...creditRisk.model, calibration: { method: 'platt', a: -1, b: 0 } } as const;
  const exact = deciding({ model, decide: { ...creditRisk.decide, costs: near.pipeline.definition.decide.costs } });
  expect(told(exact, { model: { score: 0.1 } })[1]).toBe(
    'In expectation approve costs 0.500, a review 0.501 and decline 0.900.',
  );
});
