import type { GroupFigures } from './report';
import { OutcomeTally } from './tally';

/** A field with more values than that is no way to group people; what comes later is counted together. */
const MOST_GROUPS = 200;
const OTHERS = '(others)';

/** What is counted by the values of protected fields, such as `input.sex`. */
export class GroupTallies {
  private readonly fields: readonly {
    readonly path: string;
    readonly root: 'input' | 'features';
    readonly name: string;
    readonly groups: Map<string, OutcomeTally>;
  }[];

  constructor(
    paths: readonly string[],
    private readonly outcomes: readonly string[],
  ) {
    this.fields = paths.map((path) => {
      const [root, name] = path.split('.') as ['input' | 'features', string];
      return { path, root, name, groups: new Map() };
    });
  }

  add(
    values: Readonly<Record<'input' | 'features', Readonly<Record<string, unknown>>>>,
    outcome: string | null,
    cost: number,
    wrong: boolean,
  ): void {
    for (const { root, name, groups } of this.fields)
      this.groupOf(groups, String(values[root][name] ?? '(none)')).add(outcome, cost, wrong);
  }

  /** By field, then by value in its order. */
  figures(): Record<string, Record<string, GroupFigures>> {
    const byValue = (groups: Map<string, OutcomeTally>) =>
      [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([value, tally]) => [value, tally.figures()]);
    return Object.fromEntries(this.fields.map(({ path, groups }) => [path, Object.fromEntries(byValue(groups))]));
  }

  private groupOf(groups: Map<string, OutcomeTally>, value: string): OutcomeTally {
    const name = groups.has(value) || groups.size < MOST_GROUPS ? value : OTHERS;
    const group = groups.get(name) ?? new OutcomeTally(this.outcomes);
    groups.set(name, group);
    return group;
  }
}
