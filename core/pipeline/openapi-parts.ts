import type { JsonSchema } from './definition';

export const text: JsonSchema = { type: 'string' };
export const number: JsonSchema = { type: 'number' };
export const time: JsonSchema = { type: 'string', format: 'date-time' };
export const share: JsonSchema = { type: 'number', minimum: 0, maximum: 1 };
export const probability: JsonSchema = { type: ['number', 'null'], minimum: 0, maximum: 1 };

export const list = (items: JsonSchema): JsonSchema => ({ type: 'array', items });
export const ref = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });
export const orNull = (schema: JsonSchema): JsonSchema => ({ anyOf: [schema, { type: 'null' }] });

/** An object whose members are required, save for those that are optional. */
export const object = (properties: Record<string, JsonSchema>, optional: readonly string[] = []): JsonSchema => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
});
