import type { ObjectSchema } from '@marcbachmann/cel-js';
import type { JsonSchema } from '../pipeline/definition';

type CelField = string | ObjectSchema;

/** The CEL type of a JSON Schema: what an expression may do with the value is decided at synth. */
export function celType(schema: JsonSchema | undefined): CelField {
  switch (schema?.type) {
    case 'integer':
      return 'int';
    case 'number':
      return 'double';
    case 'string':
      return 'string';
    case 'boolean':
      return 'bool';
    case 'array': {
      const element = celType(schema.items);
      return typeof element === 'string' ? `list<${element}>` : 'list<dyn>';
    }
    case 'object':
      return schema.properties ? celObject(schema.properties) : 'map<string, dyn>';
    default:
      return 'dyn';
  }
}

export const celObject = (properties: Readonly<Record<string, JsonSchema>>): ObjectSchema =>
  Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, celType(schema)]));

/** Turns a JSON value into what CEL works on: its integers are BigInt, all else stays. Built once a schema. */
export type ToCel = (value: unknown) => unknown;

const asIs: ToCel = (value) => value;

export function toCel(schema: JsonSchema | undefined): ToCel {
  switch (schema?.type) {
    case 'integer':
      return (value) => (typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : value);
    case 'array': {
      const element = toCel(schema.items);
      return element === asIs ? asIs : (value) => (Array.isArray(value) ? value.map(element) : value);
    }
    case 'object':
      return schema.properties ? toCelObject(schema.properties) : asIs;
    default:
      return asIs;
  }
}

/** Members that are `hidden` are left out. */
export function toCelObject(properties: Readonly<Record<string, JsonSchema>>, hidden: readonly string[] = []): ToCel {
  const members = Object.entries(properties)
    .map(([name, schema]) => [name, toCel(schema)] as const)
    .filter(([, convert]) => convert !== asIs);
  if (members.length === 0 && hidden.length === 0) return asIs;
  return (value) => {
    if (value === null || typeof value !== 'object') return value;
    const copy: Record<string, unknown> = { ...value };
    for (const name of hidden) delete copy[name];
    for (const [name, convert] of members) if (Object.hasOwn(copy, name)) copy[name] = convert(copy[name]);
    return copy;
  };
}

/** The JSON value of a CEL result; undefined when it has none (an infinite or undefined number). */
export function fromCel(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  return value;
}

/** JSON Schema of a derived feature, from the type that CEL inferred. */
export function schemaOfCelType(type: string): JsonSchema | undefined {
  const types: Record<string, JsonSchema> = {
    int: { type: 'integer' },
    double: { type: 'number' },
    string: { type: 'string' },
    bool: { type: 'boolean' },
  };
  return types[type];
}
