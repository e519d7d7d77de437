import { canonicalJson } from '../canonical-json';
import type { Artifact } from '../pipeline/artifact';
import { isSummarized, summarize } from './summaries';

/** One difference between two definitions. What is large is summarized. */
export interface Change {
  /** As one would write it in TypeScript; what has a name of its own goes by it: `decide.rules["large-loan"].when`. */
  readonly path: string;
  /** `moved`: the same thing, elsewhere in its list; `before` and `after` are its places there, from 0. */
  readonly kind: 'added' | 'removed' | 'changed' | 'moved';
  readonly before?: unknown;
  readonly after?: unknown;
}

/** What changed from one definition to another; nothing exactly where their versions are the same. */
export const changesBetween = (before: Artifact, after: Artifact): Change[] => compare('', whole(before), whole(after));

const whole = ({ definition, trees }: Artifact) => ({ ...definition, model: { ...definition.model, trees } });

function compare(path: string, before: unknown, after: unknown): Change[] {
  if (before === undefined && after === undefined) return [];
  if (before === undefined) return [{ path, kind: 'added', after: summarize(path, after) }];
  if (after === undefined) return [{ path, kind: 'removed', before: summarize(path, before) }];
  if (canonicalJson(before) === canonicalJson(after)) return [];
  if (!isSummarized(path)) {
    if (Array.isArray(before) && Array.isArray(after)) return compareLists(path, before, after);
    if (isObject(before) && isObject(after) && sameForm(before, after)) return compareObjects(path, before, after);
  }
  return [{ path, kind: 'changed', before: summarize(path, before), after: summarize(path, after) }];
}

type Members = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Members =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

const compareObjects = (path: string, before: Members, after: Members): Change[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) =>
    compare(memberPath(path, name), own(before, name), own(after, name)),
  );

/** A policy of another kind, another step of the fallback chain, a table for a rule: nothing in common is worth telling. */
const sameForm = (before: Members, after: Members): boolean =>
  before.kind === after.kind && before.step === after.step && 'table' in before === 'table' in after;

const own = (object: Members, name: string): unknown => (Object.hasOwn(object, name) ? object[name] : undefined);

function compareLists(path: string, before: readonly unknown[], after: readonly unknown[]): Change[] {
  const [old, now] = [byName(before), byName(after)];
  return old && now ? compareNamed(path, old, now) : comparePlaces(path, before, after);
}

type Named = ReadonlyMap<string, unknown>;

/** By what tells the things of a list apart: their ids, or themselves; undefined where nothing does. */
function byName(list: readonly unknown[]): Named | undefined {
  const named = list.map((thing) => [nameOf(thing), thing] as const);
  const unique = new Map(named.flatMap(([name, thing]) => (name === undefined ? [] : [[name, thing] as const])));
  return unique.size === list.length ? unique : undefined;
}

function nameOf(thing: unknown): string | undefined {
  if (!isObject(thing)) return Array.isArray(thing) ? undefined : String(thing);
  // Of a rule or a segment, a table, a column, a policy.
  return [thing.id, thing.table, thing.from, thing.kind].find((name) => typeof name === 'string');
}

function compareNamed(path: string, before: Named, after: Named): Change[] {
  const at = (name: string) => `${path}[${JSON.stringify(name)}]`;
  const changes = [...new Set([...before.keys(), ...after.keys()])].flatMap((name) =>
    compare(at(name), before.get(name), after.get(name)),
  );
  const places = (of: Named) => new Map([...of.keys()].map((name, place) => [name, place]));
  const [old, now] = [places(before), places(after)];
  const both = [...old.keys()].filter((name) => now.has(name));
  const kept = new Set(longestAscending(both.map((name) => now.get(name)!)));
  const moved = both.filter((name) => !kept.has(now.get(name)!));
  return [
    ...changes,
    ...moved.map((name): Change => ({ path: at(name), kind: 'moved', before: old.get(name)!, after: now.get(name)! })),
  ];
}

/** A longest part of a list of different numbers that ascends: the fewest others have been moved. */
function longestAscending(list: readonly number[]): number[] {
  // For each place, the length of the longest part that ends there, and the place before it in that part.
  const length: number[] = [];
  const previous: number[] = [];
  for (const [i, x] of list.entries()) {
    previous[i] = list.reduce((best, y, j) => (j < i && y < x && length[j]! > (length[best] ?? 0) ? j : best), -1);
    length[i] = (length[previous[i]!] ?? 0) + 1;
  }
  const part: number[] = [];
  for (let at = length.indexOf(Math.max(...length)); at >= 0; at = previous[at]!) part.unshift(list[at]!);
  return part;
}

/** Things without names are compared by their places, between what is the same at the start and at the end. */
function comparePlaces(path: string, before: readonly unknown[], after: readonly unknown[]): Change[] {
  const same = (i: number, j: number) => canonicalJson(before[i]) === canonicalJson(after[j]);
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && same(start, start)) start++;
  let end = 0;
  while (end < shorter - start && same(before.length - 1 - end, after.length - 1 - end)) end++;
  const middle = (list: readonly unknown[]) => list.slice(start, list.length - end);
  const [old, now] = [middle(before), middle(after)];
  return Array.from({ length: Math.max(old.length, now.length) }, (_, i) =>
    compare(`${path}[${start + i}]`, old[i], now[i]),
  ).flat();
}

const memberPath = (path: string, name: string): string => {
  if (!/^[A-Za-z_]\w*$/.test(name)) return `${path}[${JSON.stringify(name)}]`;
  return path === '' ? name : `${path}.${name}`;
};
