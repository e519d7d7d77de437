import { Ajv2020 } from 'ajv/dist/2020';

export interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** What is read of a chat completions request. */
export interface ChatRequest {
  readonly messages: readonly Message[];
  readonly max_tokens?: number;
  /** @default 1 */
  readonly temperature?: number;
  /** How many answers. @default 1 */
  readonly n?: number;
  readonly logprobs?: boolean;
  readonly top_logprobs?: number;
  readonly stream?: boolean;
  readonly stream_options?: { readonly include_usage?: boolean };
  readonly response_format?:
    { readonly type: 'text' } | { readonly type: 'json_schema'; readonly json_schema: { readonly schema: object } };
  readonly seed?: number;
}

const message = {
  type: 'object',
  required: ['role', 'content'],
  properties: { role: { enum: ['system', 'user', 'assistant'] }, content: { type: 'string' } },
};

const validate = new Ajv2020({ allErrors: true, strict: false }).compile<ChatRequest>({
  type: 'object',
  required: ['messages'],
  properties: {
    messages: { type: 'array', minItems: 1, items: message, contains: { properties: { role: { const: 'user' } } } },
    max_tokens: { type: 'integer', minimum: 1 },
    temperature: { type: 'number', minimum: 0, maximum: 2 },
    n: { type: 'integer', minimum: 1, maximum: 128 },
    logprobs: { type: 'boolean' },
    top_logprobs: { type: 'integer', minimum: 0, maximum: 20 },
    stream: { type: 'boolean' },
    stream_options: { type: 'object', properties: { include_usage: { type: 'boolean' } } },
    response_format: {
      type: 'object',
      required: ['type'],
      properties: { type: { enum: ['text', 'json_schema'] } },
      if: { properties: { type: { const: 'json_schema' } } },
      then: {
        required: ['json_schema'],
        properties: {
          json_schema: { type: 'object', required: ['schema'], properties: { schema: { type: 'object' } } },
        },
      },
    },
    seed: { type: 'integer' },
  },
  dependentSchemas: {
    top_logprobs: { required: ['logprobs'], properties: { logprobs: { const: true } } },
    stream_options: { required: ['stream'], properties: { stream: { const: true } } },
  },
});

/** The request, or what is wrong with it, without what was given. */
export function readChatRequest(body: string): ChatRequest | { readonly problem: string } {
  let request: unknown;
  try {
    request = JSON.parse(body);
  } catch {
    return { problem: 'The body is not JSON.' };
  }
  if (validate(request)) return request;
  return {
    problem: validate.errors!.map(({ instancePath, message }) => `${instancePath || '/'} ${message}`).join('; '),
  };
}
