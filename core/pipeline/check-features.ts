import { compileSchema, schemaFault } from '../input/compile-schema';
import { schemaOfCelType } from '../rules/cel-types';
import type { Scope } from '../rules/expressions';
import { suggest } from '../suggest';
import type { Problems } from './check-problems';
import type { JsonSchema, Lookup, PipelineDefinition } from './definition';
import { durationMs } from './duration';
import { inputFields, protectedNames, scopeOf } from './fields';

const FORM = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
/** A name of its own: one that every object has, such as `constructor`, is found where nothing was put. */
const IDENTIFIER = { test: (name: string) => FORM.test(name) && !(name in {}) };
/** BatchGetItem takes 100 keys; far below it lies what a request should ask for. */
const MOST_LOOKUPS = 20;

/** Checks lookups and derived features; returns every name that rules may use. */
export function checkFeatures(definition: PipelineDefinition, problems: Problems): Scope {
  const input = inputFields(definition);
  const scope = scopeOf(definition);
  const features: Record<string, JsonSchema> = {};
  const take = (name: string, path: string, schema: JsonSchema) => {
    if (!IDENTIFIER.test(name))
      problems.add('FEATURE_NAME', path, `"${name}" must be an identifier: letters, digits and _.`);
    // Metrics and baselines know a feature by its bare name.
    else if (Object.hasOwn(input, name))
      problems.add('FEATURE_NAME', path, `"${name}" is already a field of the input.`);
    else if (Object.hasOwn(features, name)) problems.add('FEATURE_NAME', path, `"${name}" is already a feature.`);
    features[name] = schema;
  };
  const hidden = protectedNames(definition, 'features');
  const usable = () => Object.fromEntries(Object.entries(features).filter(([name]) => !hidden.includes(name)));
  for (const name of Object.keys(input))
    if (!IDENTIFIER.test(name))
      problems.add('INPUT_NAME', `input.properties.${name}`, 'must be an identifier: letters, digits and _.');

  const lookups = Object.entries(definition.features?.lookups ?? {});
  if (lookups.length > MOST_LOOKUPS)
    problems.add(
      'TOO_MANY_LOOKUPS',
      'features.lookups',
      `has ${lookups.length} lookups; a request can make ${MOST_LOOKUPS}.`,
    );
  for (const [name, lookup] of lookups) {
    const path = `features.lookups.${name}`;
    if (!IDENTIFIER.test(name))
      problems.add('LOOKUP_NAME', path, `"${name}" must be an identifier: letters, digits and _.`);
    problems.cel({ ...scope, features: {} }, lookup.key, `${path}.key`, 'string');
    for (const [field, schema] of Object.entries(lookup.fields)) take(field, `${path}.fields.${field}`, schema);
    checkLookup(lookup, path, problems);
  }
  for (const [name, source] of Object.entries(definition.features?.derived ?? {})) {
    const path = `features.derived.${name}`;
    const type = problems.cel({ ...scope, features: usable() }, source, path, 'int', 'double', 'string', 'bool');
    take(name, path, (type && schemaOfCelType(type)) || {});
  }
  checkProtected(definition, features, problems);
  return { ...scope, features: usable() };
}

/** A protected field must be there, and must have few enough values that its groups can be compared. */
function checkProtected(
  definition: PipelineDefinition,
  features: Readonly<Record<string, JsonSchema>>,
  problems: Problems,
): void {
  const known = { input: inputFields(definition), features };
  const { protected: paths = [] } = definition;
  paths.forEach((path, i) => {
    const [root = '', name = '', ...rest] = String(path).split('.');
    const fields = root === 'input' || root === 'features' ? known[root] : {};
    const schema = rest.length === 0 && Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (root === 'features' && Object.hasOwn(definition.features?.derived ?? {}, name))
      problems.add('PROTECTED', `protected[${i}]`, `"${path}" is derived; protect what it is derived from.`);
    else if (!schema) {
      const all = Object.entries(known).flatMap(([of, names]) => Object.keys(names).map((field) => `${of}.${field}`));
      problems.add(
        'PROTECTED',
        `protected[${i}]`,
        `"${path}" is not an input or a looked-up feature.${suggest(String(path), all)}`,
      );
    } else if (schema.type !== 'boolean' && !schema.enum)
      problems.add('PROTECTED', `protected[${i}]`, `"${path}" needs an enum, so that groups can be compared.`);
  });
}

function checkLookup({ fields, maxAge, onMissing, lastGoodFor }: Lookup, path: string, problems: Problems): void {
  for (const [field, schema] of Object.entries(fields)) {
    const fault = schemaFault(schema);
    if (fault)
      problems.add('LOOKUP_SCHEMA', `${path}.fields.${field}`, `is not a valid JSON Schema 2020-12: ${fault}.`);
  }
  if (maxAge !== undefined && durationMs(maxAge) === undefined)
    problems.add('DURATION', `${path}.maxAge`, `"${maxAge}" is not a duration such as 30s, 15m or 24h.`);
  if (lastGoodFor !== undefined && durationMs(lastGoodFor) === undefined)
    problems.add('DURATION', `${path}.lastGoodFor`, `"${lastGoodFor}" is not a duration such as 30s, 15m or 24h.`);
  if (lastGoodFor !== undefined && maxAge === undefined)
    problems.add('LOOKUP_AGE', `${path}.lastGoodFor`, 'means nothing without maxAge: values do not age.');
  if (typeof onMissing === 'object' && onMissing !== null) {
    for (const name of Object.keys(fields))
      if (onMissing.default[name] === undefined)
        problems.add('LOOKUP_DEFAULT', `${path}.onMissing.default`, `lacks a value for "${name}".`);
      else if (!schemaFault(fields[name]!) && !compileSchema(fields[name]!)(onMissing.default[name]))
        problems.add(
          'LOOKUP_DEFAULT',
          `${path}.onMissing.default.${name}`,
          `${JSON.stringify(onMissing.default[name])} does not satisfy the field's schema.`,
        );
    for (const name of Object.keys(onMissing.default))
      if (!Object.hasOwn(fields, name))
        problems.add('LOOKUP_DEFAULT', `${path}.onMissing.default.${name}`, 'is not a field of the lookup.');
  } else problems.oneOf('LOOKUP_ON_MISSING', `${path}.onMissing`, onMissing, ['review', 'reject']);
}
