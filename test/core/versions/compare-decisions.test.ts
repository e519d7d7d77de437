import { allOf, expectedCost, thresholds } from '../../../core/pipeline/define';
import type { Lookup, PipelineDefinition } from '../../../core/pipeline/definition';
import { makeArtifact } from '../../../core/pipeline/make-artifact';
import { compileHistory } from '../../../core/simulation/history';
import { DecisionComparison } from '../../../core/versions/compare-decisions';
import { applications, creditRisk, scores } from '../credit';
import { recordsOf } from '../learning/history-of-decisions';

const cells = applications.map(({ input, account: { id: _, ...account }, truth }) => ({
  ...input,
  ...account,
  class: truth,
}));
const { decide, model, review } = creditRisk;
const deciding = (over: Partial<PipelineDefinition['decide']>) => ({ ...creditRisk, decide: { ...decide, ...over } });
const priced = (price: number) => deciding({ costs: { ...decide.costs, review: price } });

function overRows(before: PipelineDefinition, after: PipelineDefinition, score = (row: number) => scores[row]) {
  const comparison = new DecisionComparison(makeArtifact(before), makeArtifact(after));
  const read = [before, after].map((one) => compileHistory(one, Object.keys(cells[0]!)));
  cells.forEach((row, i) => comparison.addRow(i, read[0]!(row), read[1]!(row), (_, n) => score(n)));
  return comparison.report();
}

function overRecords(before: PipelineDefinition, after: PipelineDefinition, by = before) {
  const artifact = makeArtifact(by);
  const comparison = new DecisionComparison(makeArtifact(before), makeArtifact(after));
  const reported = ({ id }: { readonly id: string }) => Number(id.slice(-1)) % 2 === 0;
  recordsOf(by, scores, { reported }).forEach((record, i) =>
    comparison.addRecord(i, { ...record, version: artifact.version }),
  );
  return comparison.report();
}

/** Without its calibration and rules, what the plain policy decides is worked out in a line. */
const { calibration: _, ...bare } = model;
const plain = (reviewPrice: number): PipelineDefinition => ({
  ...creditRisk,
  model: bare,
  decide: { ...decide, rules: [], costs: { ...decide.costs, review: reviewPrice } },
});
const choiceAt = (reviewPrice: number, bad: number) => {
  const least = Math.min(5 * bad, 1 - bad);
  return least >= reviewPrice ? 'review' : 5 * bad <= 1 - bad ? 'approve' : 'decline';
};
const costs = { approve: { good: 0, bad: 5 }, decline: { good: 1, bad: 0 }, review: { good: 0.5, bad: 0.5 } };

test('what flips, and what that costs, is what deciding each row twice gives', () => {
  const report = overRows(plain(0.5), plain(0.3));
  const naive = applications.map(({ truth }, row) => {
    const [from, to] = [choiceAt(0.5, scores[row]!), choiceAt(0.3, scores[row]!)] as (keyof typeof costs)[];
    return { from: from!, to: to!, difference: costs[to!][truth] - costs[from!][truth] };
  });
  const flips = naive.filter(({ from, to }) => from !== to);
  expect(flips.length).toBeGreaterThan(50);
  expect(report).toMatchObject({ rows: 700, flipped: flips.length, skipped: {}, notReproduced: 0 });
  for (const { from, to, rows, difference } of report.matrix) {
    const own = naive.filter((one) => one.from === from && one.to === to);
    expect(rows).toBe(own.length);
    expect(difference.byOldCosts).toBeCloseTo(
      own.reduce((sum, one) => sum + one.difference, 0),
      9,
    );
  }
  expect(report.matrix.reduce((sum, { rows }) => sum + rows, 0)).toBe(700);
  // By the old prices a review still costs 0.5.
  const { byOldCosts, byNewCosts } = report.cost;
  expect(byOldCosts!.difference.mean).toBeCloseTo(naive.reduce((sum, one) => sum + one.difference, 0) / 700, 12);
  expect(byOldCosts).toMatchObject({ rows: 700, measured: 700 });
  expect(byNewCosts!.difference.mean).toBeLessThan(byOldCosts!.difference.mean);
  expect(report.first).toHaveLength(10);
  const [first] = report.first;
  const row = naive.findIndex(({ from, to }) => from !== to);
  expect(first).toMatchObject({ row, from: naive[row]!.from, to: naive[row]!.to });
});

test('nothing flips from a definition to itself, nor by what only people see', () => {
  for (const after of [creditRisk, { ...creditRisk, review: { ...review, reasons: ['SEEN'] }, description: 'x' }]) {
    expect(overRows(creditRisk, after)).toMatchObject({ rows: 700, flipped: 0, first: [], reasons: [] });
    expect(overRecords(creditRisk, after)).toMatchObject({ rows: 700, flipped: 0, notReproduced: 0 });
  }
});

test('prices that are the same are counted by once', () => {
  const after = deciding({ policy: allOf(expectedCost(), thresholds({ approve: { below: 0.05 } })) });
  const { cost, reasons } = overRows(creditRisk, after);
  expect(cost.byNewCosts).toBeNull();
  expect(reasons[0]).toMatchObject({ to: ['BETWEEN_THRESHOLDS'] });
});

test('records come out as rows do, whichever definition made them, and cost in expectation what nobody knows', () => {
  const after = priced(0.3);
  const rows = overRows(creditRisk, after);
  const { cost, ...records } = overRecords(creditRisk, after);
  expect(records.matrix.map(({ from, to, rows: n }) => [from, to, n])).toEqual(
    rows.matrix.map(({ from, to, rows: n }) => [from, to, n]),
  );
  expect(records.first[0]).toMatchObject({ id: expect.stringMatching(/^01J/) });
  // What a reviewer decided is as good as reported.
  const reviewed = rows.matrix.filter(({ from }) => from === 'review').reduce((sum, { rows: n }) => sum + n, 0);
  expect(cost.byOldCosts!.measured).toBeGreaterThan(350 + reviewed / 3);
  expect(cost.byOldCosts!.measured).toBeLessThan(350 + reviewed);
  expect(cost.byOldCosts!.difference.mean).toBeCloseTo(rows.cost.byOldCosts!.difference.mean, 1);
  const made = overRecords(creditRisk, after, after);
  expect(made).toMatchObject({ flipped: rows.flipped, notReproduced: 0 });
  // From old to new also where it was the new definition that decided then.
  expect(made.matrix.map(({ from, to, rows: n }) => [from, to, n])).toEqual(
    rows.matrix.map(({ from, to, rows: n }) => [from, to, n]),
  );
});

test('a sample counts as what it was drawn from', () => {
  const sampled = { ...creditRisk, review: { ...review, sample: 0.5 } };
  expect(overRecords(sampled, creditRisk)).toMatchObject({ rows: 700, flipped: 0, notReproduced: 0 });
});

test('another calibration is applied to the scores that the model gave', () => {
  const after = { ...creditRisk, model: { ...model, calibration: { method: 'platt' as const, a: -1, b: 0.5 } } };
  const [rows, records] = [overRows(creditRisk, after), overRecords(creditRisk, after)];
  expect(rows.flipped).toBeGreaterThan(50);
  expect(records.flipped).toBe(rows.flipped);
});

test('another model is asked by its trees, and what only an endpoint knows is left out', () => {
  const { trees, ...remote } = model;
  const elsewhere = { ...creditRisk, model: { ...remote, endpoint: 'elsewhere' } };
  const report = overRows(creditRisk, elsewhere);
  const ruled = applications.filter(({ input }) => Number(input.credit_amount) > 15_000 || Number(input.age) < 18);
  // What a rule decides needs no model.
  expect(report.rows).toBe(ruled.length);
  expect(report.skipped.NEEDS_MODEL!.rows).toBe(700 - ruled.length);
  const own = { ...creditRisk, model: { ...model, endpoint: 'elsewhere' } };
  expect(overRows(creditRisk, own)).toMatchObject({ rows: 700, flipped: 0 });
  // The trees score each row anew, whatever the old scores were.
  expect(overRows(creditRisk, own, () => 0.5).flipped).toBeGreaterThan(100);
  expect(trees).toBeDefined();
});

test('a record of neither version is scored anew, or left out', () => {
  const { trees: _trees, ...remote } = model;
  const third = { ...creditRisk, description: 'another' };
  expect(overRecords(creditRisk, priced(0.4), third)).toMatchObject({ rows: 700, notReproduced: 0 });
  const { skipped } = overRecords({ ...creditRisk, model: remote }, { ...priced(0.4), model: remote }, third);
  expect(skipped.OTHER_VERSION!.rows).toBeGreaterThan(600);
});

test('what one schema refuses is told as refused, and what a definition now looks up is not in old records', () => {
  const strict = {
    ...creditRisk,
    input: {
      ...creditRisk.input,
      properties: {
        ...creditRisk.input.properties,
        credit_amount: { type: 'integer' as const, minimum: 1, maximum: 5_000 },
      },
    },
  };
  const large = applications.filter(({ input }) => Number(input.credit_amount) > 5_000).length;
  const refused = overRows(creditRisk, strict).matrix.filter(({ to }) => to === '(refused)');
  expect(refused.reduce((sum, { rows }) => sum + rows, 0)).toBe(large);

  const { accounts } = creditRisk.features!.lookups!;
  const lookups = { accounts: { ...accounts!, fields: { ...accounts!.fields, income: { type: 'number' as const } } } };
  const asking = { ...creditRisk, features: { ...creditRisk.features, lookups } };
  expect(overRecords(creditRisk, asking).skipped).toMatchObject({ NEEDS_LOOKUP: { rows: 700, first: 0 } });
});

test('a default in place of what is missing can flip a decision, also by its record', () => {
  const { accounts } = creditRisk.features!.lookups! as { readonly accounts: Lookup };
  const without = (checking: string) => {
    const held = { checking_status: checking, savings_status: '<100', credit_history: 'all paid', existing_credits: 1 };
    const lookups = { accounts: { ...accounts, onMissing: { default: held } } };
    return { ...creditRisk, features: { ...creditRisk.features, lookups } };
  };
  const [poor, rich] = [makeArtifact(without('<0')), makeArtifact(without('no checking'))];
  const comparison = new DecisionComparison(poor, rich);
  recordsOf(creditRisk, scores).forEach((record, i) =>
    comparison.addRecord(i, {
      ...record,
      version: poor.version,
      features: without('<0').features.lookups.accounts.onMissing.default,
      gaps: { accounts: 'missing' },
    }),
  );
  expect(comparison.report().flipped).toBeGreaterThan(50);
});
