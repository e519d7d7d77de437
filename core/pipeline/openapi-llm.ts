import type { LlmModel } from '../llm/settings';
import type { JsonSchema } from './definition';
import { object, orNull, ref, text, time } from './openapi-parts';

const tokens: JsonSchema = { type: 'integer', minimum: 0 };

/** The named schemas that only pipelines with a language model have. */
export function llmSchemas({ prompts, answer }: LlmModel): Record<string, JsonSchema> {
  const version: JsonSchema = { enum: Object.keys(prompts.versions) };
  const share: JsonSchema = { type: 'number', exclusiveMinimum: 0, maximum: 1, description: 'Of the decisions' };
  const candidate = orNull(object({ version, share }));
  const reason = { ...text, minLength: 1, maxLength: 500 };
  const closed = (properties: Record<string, JsonSchema>) => ({ ...object(properties), additionalProperties: false });
  return {
    PromptsRequest: {
      oneOf: [
        closed({ live: version, reason }),
        closed({ candidate, reason }),
        closed({ rollback: { const: true }, reason }),
      ],
    },
    PromptsState: object({ live: version, candidate, since: orNull(time), reason: orNull(text) }),
    Limited: object(
      {
        scope: { enum: ['request', 'caller', 'pipeline'] },
        limit: text,
        most: { type: 'number' },
        left: { type: 'number', description: 'What nobody has used or holds just now' },
        resetsAt: { ...time, description: 'Absent where the request itself is too large' },
      },
      ['resetsAt'],
    ),
    LanguageModel: object(
      {
        prompt: { ...text, description: 'The version of the prompt' },
        promptHash: text,
        calls: { ...tokens, description: '2 where the first answer could not be used' },
        inputTokens: tokens,
        outputTokens: tokens,
        firstTokenMs: { type: 'number', minimum: 0 },
        limited: ref('Limited'),
        answer: answer.schema,
      },
      ['firstTokenMs', 'limited', 'answer'],
    ),
  };
}
