/**
 * What rules, a decision table and the policy cost a decision, beside the same written by hand.
 * Run: npx tsx bench/policy.ts
 */
import { type Evidence, decide } from '../core/decision/decide';
import { compilePipeline } from '../core/pipeline/compile';
import { definePipeline, expectedCost, review, safeDefault, sagemaker } from '../core/pipeline/define';
import type { Rule, RuleTable } from '../core/pipeline/definition';
import { makeArtifact } from '../core/pipeline/make-artifact';

const RULES = 20;
const ROWS = 20;
const DECISIONS = 20_000;
const ROUNDS = 15;

const rules: Rule[] = Array.from({ length: RULES }, (_, i) => ({
  id: `rule-${i}`,
  when: `input.age < ${18 - i} || (input.amount > ${100_000 + i}.0 && input.purpose in ["car", "home"] && input.months >= ${i})`,
  outcome: 'decline',
  reason: 'TOO_MUCH',
}));
const table: RuleTable = {
  table: 'limits',
  hit: 'first',
  inputs: { purpose: 'input.purpose', amount: 'input.amount', months: 'input.months' },
  rows: Array.from({ length: ROWS }, (_, i) => ({
    when: {
      purpose: ['car', 'home', 'trip', 'other'][i % 4]!,
      amount: `> ${50_000 + i * 1_000}`,
      months: `>= ${60 - i}`,
    },
    route: 'review',
    reason: 'LONG_AND_LARGE',
  })),
  otherwise: 'pass',
};
const definition = definePipeline({
  name: 'bench',
  input: {
    type: 'object',
    properties: {
      age: { type: 'integer', minimum: 0, maximum: 120 },
      amount: { type: 'number', minimum: 0, maximum: 1_000_000 },
      months: { type: 'integer', minimum: 1, maximum: 120 },
      purpose: { type: 'string', enum: ['car', 'home', 'trip', 'other'] },
    },
    required: ['age', 'amount', 'months', 'purpose'],
  },
  model: sagemaker({ endpoint: 'bench', columns: ['input.age', 'input.amount'], probabilityOf: 'bad' }),
  decide: {
    outcomes: ['approve', 'decline'],
    labels: ['good', 'bad'],
    costs: {
      approve: { good: 0, bad: '0.5 * input.amount' },
      decline: { good: 'input.amount * 0.1', bad: 0 },
      review: 50,
    },
    rules: [...rules, table],
    policy: expectedCost(),
  },
  deadline: '500ms',
  fallback: [review(), safeDefault(null)],
  review: { sla: '4h' },
});
const pipeline = compilePipeline(makeArtifact(definition));

interface Loan {
  readonly age: number;
  readonly amount: number;
  readonly months: number;
  readonly purpose: string;
}

/** The same decisions, as somebody would write them who needs no definition, no reasons and no missing values. */
function byHand({ age, amount, months, purpose }: Loan, p: number): { outcome: string | null; detail: string } {
  for (let i = 0; i < RULES; i++)
    if (age < 18 - i || (amount > 100_000 + i && (purpose === 'car' || purpose === 'home') && months >= i))
      return { outcome: 'decline', detail: `rule-${i}` };
  for (let i = 0; i < ROWS; i++)
    if (purpose === ['car', 'home', 'trip', 'other'][i % 4] && amount > 50_000 + i * 1_000 && months >= 60 - i)
      return { outcome: null, detail: `row ${i}` };
  const approve = p * 0.5 * amount;
  const decline = (1 - p) * amount * 0.1;
  const least = Math.min(approve, decline);
  const detail = `expected cost: approve ${approve.toFixed(4)}, decline ${decline.toFixed(4)}, review 50`;
  return { outcome: least >= 50 ? null : approve <= decline ? 'approve' : 'decline', detail };
}

/** A small generator with a seed: the same loans in every run. */
let seed = 1;
const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
const loans = Array.from({ length: DECISIONS }, () => {
  const amount = Math.round(random() * 60_000) / 10;
  const loan: Loan = {
    age: 18 + Math.floor(random() * 60),
    amount,
    months: 1 + Math.floor(random() * 59),
    purpose: ['car', 'home', 'trip', 'other'][Math.floor(random() * 4)]!,
  };
  const score = random();
  const features = { values: {}, gaps: {}, ages: {}, onGap: 'none' as const, aged: false };
  const evidence: Evidence = { input: { ...loan }, features, mode: 'normal', model: { score }, draw: 1 };
  return { loan, score, evidence };
});

const different = loans.filter(
  ({ loan, score, evidence }) => decide(pipeline, evidence).outcome !== byHand(loan, score).outcome,
);
if (different.length > 0) throw new Error(`${different.length} decisions differ: the comparison would mean nothing.`);

let sink = 0;
const microseconds = (work: (one: (typeof loans)[number]) => { outcome: string | null }): number => {
  const began = process.hrtime.bigint();
  for (const one of loans) if (work(one).outcome === null) sink++;
  return Number(process.hrtime.bigint() - began) / 1_000 / DECISIONS;
};
const median = (list: number[]) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]!;

const ours: number[] = [];
const theirs: number[] = [];
// Turn by turn, so that what else the machine does falls on both.
for (let round = 0; round < ROUNDS; round++) {
  ours.push(microseconds(({ evidence }) => decide(pipeline, evidence)));
  theirs.push(microseconds(({ loan, score }) => byHand(loan, score)));
}
const ratio = median(ours.map((time, i) => time / theirs[i]!));
process.stdout.write(
  [
    `${RULES} rules, a table of ${ROWS} rows and expected cost by CEL; medians of ${ROUNDS} rounds of ${DECISIONS} decisions`,
    `  decide()        ${median(ours).toFixed(2)} µs a decision`,
    `  by hand         ${median(theirs).toFixed(2)} µs, without reasons for rules or missing values`,
    `  ratio           ${ratio.toFixed(1)}`,
    `  limit           50 µs: ${median(ours) <= 50 ? 'kept' : 'BROKEN'}`,
    '',
  ].join('\n'),
);
if (sink < 0 || median(ours) > 50) process.exitCode = 1;
