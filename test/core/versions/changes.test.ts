import fc from 'fast-check';
import {
  allOf,
  bySegment,
  expectedCost,
  heuristic,
  review,
  safeDefault,
  thresholds,
} from '../../../core/pipeline/define';
import type { PipelineDefinition, Rule } from '../../../core/pipeline/definition';
import { makeArtifact } from '../../../core/pipeline/make-artifact';
import { type Change, changesBetween } from '../../../core/versions/changes';
import { creditRisk } from '../credit';

const { decide, model } = creditRisk;

/** The changes from the example to another definition, or between two. */
const changes = (after: Partial<PipelineDefinition>, before: Partial<PipelineDefinition> = {}): Change[] =>
  changesBetween(makeArtifact({ ...creditRisk, ...before }), makeArtifact({ ...creditRisk, ...after }));
const deciding = (over: Partial<typeof decide>): Partial<PipelineDefinition> => ({ decide: { ...decide, ...over } });
const rule = (id: string, when = 'input.age > 90'): Rule => ({ id, when, route: 'review', reason: 'OLD' });

describe('what changed is told by its path', () => {
  test('a value', () => {
    expect(changes({ deadline: '1s' })).toEqual([{ path: 'deadline', kind: 'changed', before: '800ms', after: '1s' }]);
    const costs = { ...decide.costs, approve: { good: 0, bad: 6 } };
    expect(changes(deciding({ costs }))).toEqual([
      { path: 'decide.costs.approve.bad', kind: 'changed', before: 5, after: 6 },
    ]);
  });

  test('a part that is new or gone', () => {
    expect(changes({ review: { ...creditRisk.review, sample: 0.02 } })).toEqual([
      { path: 'review.sample', kind: 'added', after: 0.02 },
    ]);
    expect(changes({ history: undefined })).toEqual([{ path: 'history', kind: 'removed', before: creditRisk.history }]);
  });

  test('several, in the order of the definition', () => {
    const { lease: _, ...shorter } = creditRisk.review;
    const found = changes({
      deadline: '1s',
      review: shorter,
      ...deciding({ policy: thresholds({ approve: { below: 0.1 } }) }),
    });
    expect(found.map(({ path, kind }) => `${kind} ${path}`)).toEqual([
      'changed decide.policy',
      'changed deadline',
      'removed review.lease',
    ]);
  });

  test('a name that is no word is quoted', () => {
    const outcomes = ['approve', 'decline', 'offer less'];
    const costs = { ...decide.costs, 'offer less': { good: 0.5, bad: 2 } };
    expect(changes(deciding({ outcomes, costs }))).toEqual([
      { path: 'decide.outcomes["offer less"]', kind: 'added', after: 'offer less' },
      { path: 'decide.costs["offer less"]', kind: 'added', after: costs['offer less'] },
    ]);
  });
});

describe('things with names are found wherever they stand', () => {
  const [underAge, largeLoan] = decide.rules as [Rule, Rule];
  const table = {
    table: 'size',
    hit: 'first',
    inputs: { amount: 'input.credit_amount' },
    rows: [
      { when: { amount: '> 12000' }, route: 'review', reason: 'LARGE' },
      { when: { amount: '> 9000' }, outcome: 'decline', reason: 'MIDDLE' },
    ],
    otherwise: 'pass',
  } as const;

  test('a rule between others changes no other', () => {
    expect(changes(deciding({ rules: [underAge, rule('old'), largeLoan] }))).toEqual([
      { path: 'decide.rules["old"]', kind: 'added', after: rule('old') },
    ]);
    expect(changes(deciding({ rules: [largeLoan] }))).toEqual([
      { path: 'decide.rules["under-age"]', kind: 'removed', before: underAge },
    ]);
  });

  test('a rule that changes and moves does both, and what it passes stays', () => {
    const rules = ['a', 'b', 'c', 'd'].map((id) => rule(id));
    const moved = [rule('d'), rule('a'), rule('b', 'input.age > 95'), rule('c')];
    expect(changes(deciding({ rules: moved }), deciding({ rules }))).toEqual([
      { path: 'decide.rules["b"].when', kind: 'changed', before: 'input.age > 90', after: 'input.age > 95' },
      { path: 'decide.rules["d"]', kind: 'moved', before: 3, after: 0 },
    ]);
  });

  test('a table goes by its name, its rows by their places between what is the same', () => {
    const before = deciding({ rules: [underAge, table] });
    const row = { when: { amount: '(12000..15000)' }, outcome: 'decline', reason: 'BAND' } as const;
    const rows = [row, ...table.rows];
    expect(changes(deciding({ rules: [underAge, { ...table, rows }] }), before)).toEqual([
      { path: 'decide.rules["size"].rows[0]', kind: 'added', after: row },
    ]);
    const [first, second] = table.rows;
    const wider = [first, { ...second, when: { amount: '> 8000' } }];
    expect(changes(deciding({ rules: [underAge, { ...table, rows: wider }] }), before)).toEqual([
      { path: 'decide.rules["size"].rows[1].when.amount', kind: 'changed', before: '> 9000', after: '> 8000' },
    ]);
  });

  test('segments, and policies within policies', () => {
    const segment = (id: string, below: number) => ({
      id,
      when: `input.age > ${id.length * 10}`,
      policy: allOf(expectedCost(), thresholds({ approve: { below } })),
    });
    const before = deciding({ policy: bySegment([segment('old', 0.1), segment('older', 0.2)], expectedCost()) });
    const after = deciding({ policy: bySegment([segment('older', 0.2), segment('old', 0.15)], expectedCost()) });
    expect(changes(after, before)).toEqual([
      {
        path: 'decide.policy.segments["old"].policy.policies["thresholds"].bands.approve.below',
        kind: 'changed',
        before: 0.1,
        after: 0.15,
      },
      { path: 'decide.policy.segments["older"]', kind: 'moved', before: 1, after: 0 },
    ]);
  });

  test('columns go by what they come from', () => {
    const { trees: _, ...bare } = model;
    const [first, ...rest] = model.columns;
    const columns = [...rest, first!];
    const name = typeof first === 'string' ? first : first!.from;
    expect(changes({ model: { ...bare, columns } }, { model: bare })).toEqual([
      { path: `model.columns["${name}"]`, kind: 'moved', before: 0, after: columns.length - 1 },
    ]);
  });

  test('steps of the fallback chain go by their places', () => {
    const [first, ...rest] = creditRisk.fallback;
    expect(changes({ fallback: rest })).toEqual([{ path: 'fallback[0]', kind: 'removed', before: first }]);
    const other = heuristic({ when: 'features.instalment > 600.0', outcome: 'approve', reason: 'INSTALMENT_TOO_HIGH' });
    expect(changes({ fallback: [other, safeDefault(null)] })).toEqual([
      { path: 'fallback[0].outcome', kind: 'changed', before: 'decline', after: 'approve' },
      { path: 'fallback[1]', kind: 'removed', before: review() },
    ]);
    // Another step has nothing in common with the one before.
    expect(changes({ fallback: [first!, safeDefault('decline')] })).toEqual([
      { path: 'fallback[1]', kind: 'changed', before: review(), after: safeDefault('decline') },
      { path: 'fallback[2]', kind: 'removed', before: safeDefault(null) },
    ]);
  });
});

describe('data is summarized', () => {
  const hash = expect.stringMatching(/^[0-9a-f]{12}$/) as string;

  test('a calibration by its figures', () => {
    const calibration = { method: 'isotonic', x: [0, 0.5, 1], y: [0.1, 0.4, 0.9] } as const;
    expect(changes({ model: { ...model, calibration } })).toEqual([
      {
        path: 'model.calibration',
        kind: 'changed',
        before: { ...model.calibration, hash },
        after: { method: 'isotonic', knots: 3, hash },
      },
    ]);
  });

  test('trees by their number', () => {
    const { learner } = model.trees!;
    const { trees } = learner.gradient_booster.model;
    const fewer = {
      ...learner,
      gradient_booster: { ...learner.gradient_booster, model: { trees: trees.slice(0, 150) } },
    };
    expect(changes({ model: { ...model, trees: { learner: fewer } } })).toEqual([
      { path: 'model.trees', kind: 'changed', before: { trees: 200, hash }, after: { trees: 150, hash } },
    ]);
  });

  test('a baseline that comes or goes with the part it is in', () => {
    const [change] = changes({ drift: undefined });
    const features = Object.keys(creditRisk.drift!.baseline.features).length;
    expect(change).toEqual({
      path: 'drift',
      kind: 'removed',
      before: { baseline: { rows: creditRisk.drift!.baseline.rows, features, hash } },
    });
  });

  test('another order of the same members is no change', () => {
    const turned = Object.fromEntries(Object.entries(model).reverse()) as unknown as typeof model;
    expect(changes({ model: turned })).toEqual([]);
  });
});

describe('for any two definitions', () => {
  // Without what takes long to check.
  const { trees: _, ...bare } = model;
  const small = { ...creditRisk, model: bare, drift: undefined };
  const ids = fc.shuffledSubarray(['a', 'b', 'c', 'd', 'e'], { minLength: 0 });
  const rules = ids.chain((list) =>
    fc.tuple(...list.map((id) => fc.integer({ min: 80, max: 82 }).map((age) => rule(id, `input.age > ${age}`)))),
  );
  const bands = fc.constantFrom(0.1, 0.2).map((below) => thresholds({ approve: { below } }));
  const definitions = fc
    .record({ rules, policy: fc.oneof(fc.constant(expectedCost()), bands), sla: fc.constantFrom('4h', '5h') })
    .map(({ rules: list, policy, sla }): PipelineDefinition => ({
      ...small,
      ...deciding({ rules: list, policy }),
      review: { ...creditRisk.review, sla },
    }));
  const artifacts = definitions.map((definition) => makeArtifact(definition));

  test('nothing changed exactly when their versions are the same', () => {
    fc.assert(
      fc.property(artifacts, artifacts, (a, b) => {
        expect(changesBetween(a, b).length === 0).toBe(a.version === b.version);
      }),
      { seed: 1, numRuns: 40 },
    );
  });

  test('the way back is the same, turned round', () => {
    const turned = { added: 'removed', removed: 'added', changed: 'changed', moved: 'moved' } as const;
    fc.assert(
      fc.property(artifacts, artifacts, (a, b) => {
        const text = ({ path, kind, before, after }: Change) => JSON.stringify({ path, kind, before, after });
        const fixed = (list: Change[]) =>
          list
            .filter(({ kind }) => kind !== 'moved')
            .map(text)
            .sort();
        const back = changesBetween(b, a).map((change) => ({
          ...change,
          kind: turned[change.kind],
          before: change.after,
          after: change.before,
        }));
        expect(fixed(back)).toEqual(fixed(changesBetween(a, b)));
      }),
      { seed: 2, numRuns: 40 },
    );
  });

  test('putting back what was moved, and nothing else, gives the old order', () => {
    fc.assert(
      fc.property(artifacts, artifacts, (a, b) => {
        const order = ({ definition }: typeof a) => definition.decide.rules!.map((one) => ('id' in one ? one.id : ''));
        const moved = changesBetween(a, b).flatMap(({ path, kind }) => (kind === 'moved' ? [path] : []));
        const stays = (list: string[]) => list.filter((id) => !moved.includes(`decide.rules["${id}"]`));
        const both = (list: string[], other: string[]) => list.filter((id) => other.includes(id));
        expect(stays(both(order(a), order(b)))).toEqual(stays(both(order(b), order(a))));
        expect(moved.length).toBeLessThanOrEqual(Math.max(0, both(order(a), order(b)).length - 1));
      }),
      { seed: 3, numRuns: 60 },
    );
  });
});
