import type { Problems } from './check-problems';

/** Keywords whose values are data, not schemas. */
const DATA = ['enum', 'const', 'default', 'examples'];
/** Keywords whose values are schemas by name: there a name is no keyword. */
const BY_NAME = ['properties', '$defs', 'definitions', 'dependentSchemas'];
const SCALARS: readonly unknown[] = ['string', 'number', 'integer', 'boolean'];
/** Comparing every pair of so few items costs nothing. */
const FEW = 100;

/** Keywords of a schema whose cost has no bound in what a request may hold, at any depth. */
export function checkSchemaCost(schema: unknown, path: string, problems: Problems): void {
  if (schema === null || typeof schema !== 'object') return;
  const { pattern, patternProperties, uniqueItems, items, maxItems } = schema as Record<string, unknown>;
  if (typeof pattern === 'string' && !isLinear(pattern))
    problems.add(
      'SCHEMA_PATTERN',
      `${path}.pattern`,
      `${JSON.stringify(pattern.slice(0, 200))} may take very long on a crafted text. Write ^, then characters and ` +
        'classes, of which one at most is repeated without a fixed count; or use enum, format or maxLength.',
    );
  if (patternProperties !== undefined)
    problems.add('SCHEMA_PATTERN', `${path}.patternProperties`, 'is not available: name the properties.');
  const scalar = SCALARS.includes((items as { type?: unknown } | undefined)?.type);
  if (uniqueItems === true && !scalar && !(typeof maxItems === 'number' && maxItems <= FEW))
    problems.add('SCHEMA_UNIQUE', `${path}.uniqueItems`, `compares every pair: it needs maxItems of at most ${FEW}.`);
  for (const [keyword, value] of Object.entries(schema)) {
    if (DATA.includes(keyword)) continue;
    if (!BY_NAME.includes(keyword)) checkSchemaCost(value, `${path}.${keyword}`, problems);
    else
      for (const [name, named] of Object.entries(value ?? {}))
        checkSchemaCost(named, `${path}.${keyword}.${name}`, problems);
  }
}

/** A character, an escape or a class; then, if any, how often. */
const ATOM =
  /^(?:\\[dDwWsS.\-/+*?^$()[\]{}|\\]|\[\^?(?:\\.|[^\]\\])+\]|[^\\[\](){}|*+?^$])(\{\d+\}|\{\d+,\d*\}|[*+?])?/u;

/**
 * Whether matching takes time in proportion to the text: anchored at its start, without groups and alternatives, and
 * with one repetition at most whose count is not fixed, so that there is one way to try and no second.
 */
export function isLinear(pattern: string): boolean {
  if (!pattern.startsWith('^')) return false;
  let rest = pattern.slice(1).replace(/\$$/, '');
  let open = 0;
  while (rest !== '') {
    const atom = ATOM.exec(rest);
    if (!atom) return false;
    const [whole, count = ''] = atom;
    if (count !== '' && !/^\{\d+\}$/.test(count)) open++;
    rest = rest.slice(whole.length);
  }
  return open <= 1;
}
