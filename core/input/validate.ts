import { escapePointer } from './pointer';

/** A fault of a request, at a place in it (RFC 6901 JSON Pointer into the body). */
export interface InputProblem {
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

interface SchemaError {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string | undefined;
}

/** The form of Ajv's validators, compiled here or generated at synth. */
export interface SchemaValidator {
  (data: unknown): boolean;
  errors?: readonly SchemaError[] | null;
}

/** More would help nobody, and an answer must have a bound. */
export const MOST_PROBLEMS = 100;

/** Every fault of the input; pointers start at `root`. Values are never repeated: they may be personal data. */
export function validateInput(validator: SchemaValidator, input: unknown, root = '/input'): InputProblem[] {
  if (validator(input)) return tooLarge(input, root).slice(0, MOST_PROBLEMS);
  return (validator.errors ?? []).slice(0, MOST_PROBLEMS).map((error) => present(error, root));
}

function present({ instancePath, keyword, params, message }: SchemaError, root: string): InputProblem {
  const at = root + instancePath;
  const member = (name: unknown) => `${at}/${escapePointer(String(name))}`;
  switch (keyword) {
    case 'required':
      return { pointer: member(params.missingProperty), code: 'REQUIRED', detail: 'is required' };
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return {
        pointer: member(params.additionalProperty ?? params.unevaluatedProperty),
        code: 'UNKNOWN_FIELD',
        detail: 'is not a field of the input',
      };
    case 'enum':
      return { pointer: at, code: 'ENUM', detail: `must be one of ${JSON.stringify(params.allowedValues)}` };
    default:
      return {
        pointer: at,
        code: keyword.replace(/[A-Z]/g, (c) => `_${c}`).toUpperCase(),
        detail: message ?? 'is not valid',
      };
  }
}

/** Numbers that `JSON.parse` made infinite, such as 1e999: no JSON value, yet a schema without a type lets it pass. */
function tooLarge(value: unknown, at: string): InputProblem[] {
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([name, member]) => tooLarge(member, `${at}/${escapePointer(name)}`));
  if (typeof value !== 'number' || Number.isFinite(value)) return [];
  return [{ pointer: at, code: 'NUMBER_TOO_LARGE', detail: 'is too large for a number' }];
}
