import Ajv, { type AnySchemaObject, type Options } from 'ajv/dist/2020';
import standaloneCode from 'ajv/dist/standalone';
import addFormats from 'ajv-formats';
import type { JsonSchema } from '../pipeline/definition';
import type { SchemaValidator } from './validate';

// For synth, CLI and tests: functions load the generated code instead and never see Ajv itself.

const create = (options: Options = {}): Ajv =>
  addFormats(
    new Ajv({ allErrors: true, strict: true, strictTypes: false, code: { source: true, esm: true }, ...options }),
  );

/** One for all: making ready to check schemas takes longer than checking one. Schemas may share an `$id`. */
const checker = create({ addUsedSchema: false });

/** A validator for use in this process. Throws where the schema is not valid JSON Schema 2020-12. */
export const compileSchema = (schema: JsonSchema): SchemaValidator => create().compile(schema as AnySchemaObject);

/** The faults of a schema itself, or none. */
export function schemaFault(schema: JsonSchema): string | undefined {
  try {
    checker.compile(schema as AnySchemaObject);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/**
 * Source of an ES module that exports `validate` for the schema.
 * `runtimeModule` is the specifier of the module that holds Ajv's few runtime helpers (see `validator-runtime.ts`).
 */
export function validatorModule(schema: JsonSchema, runtimeModule: string): string {
  const ajv = create();
  const code = standaloneCode(ajv, ajv.compile(schema as AnySchemaObject));
  return `import helpers from ${JSON.stringify(runtimeModule)};\nconst require = (name) => helpers[name];\n${code}\n`;
}
