import type { JsonSchema } from '../../lib';

/** A mail, as a mail server hands it over. */
export const mail: JsonSchema = {
  type: 'object',
  properties: {
    from: { type: 'string', maxLength: 500 },
    subject: { type: 'string', maxLength: 1_000 },
    body: { type: 'string', maxLength: 20_000, description: 'Plain text' },
    links: { type: 'integer', minimum: 0, maximum: 10_000, description: 'How many links the mail has' },
  },
  required: ['body', 'links'],
};

/** What the language model answers. */
export const answer: JsonSchema = {
  type: 'object',
  properties: {
    verdict: { type: 'string', enum: ['ham', 'spam'] },
    reason: { type: 'string', maxLength: 300, description: 'One sentence for whoever reviews the mail' },
  },
  required: ['verdict', 'reason'],
};
