import { parseJson } from '../../core/input/parse-json';
import { unknownFields } from '../../core/input/unknown-fields';
import { type InputProblem, type SchemaValidator, validateInput } from '../../core/input/validate';
import { type ApiRequest, type ApiResponse, problem } from './http';

/** The largest body, in bytes. */
export const MAX_BODY = 256 * 1024;

export interface RequestBody {
  readonly input: Readonly<Record<string, unknown>>;
  readonly key?: string | undefined;
}

/** Parses a body that must be a JSON object; the answer where it is none. */
export function readBody(
  request: Pick<ApiRequest, 'body'>,
): { readonly body: Record<string, unknown> } | { readonly refusal: ApiResponse } {
  if (Buffer.byteLength(request.body) > MAX_BODY)
    return { refusal: problem(413, 'BODY_TOO_LARGE', `The body may have at most ${MAX_BODY} bytes.`) };
  const parsed = parseJson(request.body);
  if ('problem' in parsed) return { refusal: malformed([parsed.problem]) };
  const { value } = parsed;
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    return { refusal: malformed([{ pointer: '', code: 'TYPE', detail: 'must be a JSON object' }]) };
  return { body: value as Record<string, unknown> };
}

type Read<T> = { readonly body: T } | { readonly refusal: ApiResponse };

/** Reads `{ "input", "key"? }`; the answer where something is wrong names every fault. */
export function readEnvelope(
  request: Pick<ApiRequest, 'body'>,
  { keyed }: { readonly keyed: boolean },
): Read<RequestBody> {
  const read = readBody(request);
  if ('refusal' in read) return read;
  const faults = envelopeFaults(read.body, keyed);
  if (faults.length > 0) return { refusal: malformed(faults) };
  const { input, key } = read.body;
  return { body: { input: input as RequestBody['input'], key: key as string | undefined } };
}

/** Reads the envelope and validates the input against the pipeline's schema. */
export function readInput(
  request: Pick<ApiRequest, 'body'>,
  validator: SchemaValidator,
  { keyed }: { readonly keyed: boolean },
): Read<RequestBody> {
  const read = readEnvelope(request, { keyed });
  if ('refusal' in read) return read;
  const problems = validateInput(validator, read.body.input);
  if (problems.length === 0) return read;
  return {
    refusal: problem(422, 'INPUT_INVALID', 'The input does not fit the schema of this pipeline.', { problems }),
  };
}

const malformed = (problems: readonly InputProblem[]): ApiResponse =>
  problem(
    400,
    problems[0]!.code === 'MALFORMED_JSON' ? 'MALFORMED_JSON' : 'MALFORMED_REQUEST',
    'The body is malformed.',
    { problems },
  );

function envelopeFaults(body: Record<string, unknown>, keyed: boolean): InputProblem[] {
  const faults = unknownFields(body, keyed ? ['input', 'key'] : ['input']);
  if (!Object.hasOwn(body, 'input')) faults.push({ pointer: '/input', code: 'REQUIRED', detail: 'is required' });
  else if (body.input === null || typeof body.input !== 'object' || Array.isArray(body.input))
    faults.push({ pointer: '/input', code: 'TYPE', detail: 'must be an object' });
  if (keyed && body.key !== undefined && !(typeof body.key === 'string' && /^[\x21-\x7e]{1,256}$/.test(body.key)))
    faults.push({ pointer: '/key', code: 'KEY', detail: 'must be 1 to 256 printable ASCII characters without spaces' });
  return faults;
}
