import type { JsonSchema } from '../pipeline/definition';

/** The schema as it is enforced: an object that names its properties takes no others, unless it says so. */
export function closeObjects(schema: JsonSchema): JsonSchema {
  const closed: Record<string, unknown> = { ...schema };
  if (schema.properties) {
    closed.properties = Object.fromEntries(Object.entries(schema.properties).map(([k, v]) => [k, closeObjects(v)]));
    closed.additionalProperties ??= false;
  }
  if (schema.items) closed.items = closeObjects(schema.items);
  return closed as JsonSchema;
}
