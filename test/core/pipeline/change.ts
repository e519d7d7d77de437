export type Path = readonly string[];

/** A copy with the value at a path put there, or taken away when it is undefined; other parts are shared. */
export function changed(whole: unknown, [name, ...rest]: Path, value: unknown): unknown {
  if (name === undefined) return value;
  if (whole === null || typeof whole !== 'object') return whole;
  const below = (whole as Record<string, unknown>)[name];
  const put = rest.length === 0 ? value : changed(below, rest, value);
  if (Array.isArray(whole))
    return whole.flatMap((item, i) => (String(i) !== name ? [item] : put === undefined ? [] : [put]));
  const others = Object.entries(whole).filter(([key]) => key !== name);
  const at = Object.keys(whole).indexOf(name);
  const members = put === undefined ? others : others.toSpliced(at < 0 ? others.length : at, 0, [name, put]);
  return Object.fromEntries(members);
}

/** Every path of a value. */
export function pathsOf(value: unknown, path: Path = []): Path[] {
  if (value === null || typeof value !== 'object') return [path];
  const below = Object.entries(value).flatMap(([name, member]) => pathsOf(member, [...path, name]));
  return path.length === 0 ? below : [path, ...below];
}
