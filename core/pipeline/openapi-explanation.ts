import type { JsonSchema, PipelineDefinition } from './definition';
import { list, number, object, orNull, probability, ref, text } from './openapi-parts';

const count: JsonSchema = { type: 'integer', minimum: 0 };
const flag: JsonSchema = { type: 'boolean' };
const open: JsonSchema = { type: ['boolean', 'null'], description: 'Null where a value is missing' };
const any: JsonSchema = {};

/** The schemas of an explanation (core/explanation/explanation.ts). */
export function explanationSchemas({ decide, model }: PipelineDefinition): Record<string, JsonSchema> {
  const outcome: JsonSchema = { enum: [...decide.outcomes, null] };
  const condition = object(
    {
      text: { type: 'string', description: 'As it stands in the rule; of a table, its cell' },
      holds: open,
      left: { description: "The request's value" },
      right: { description: 'What it is compared with' },
      distance: { type: 'number', description: 'Between two numbers' },
      near: { type: 'boolean', description: 'But for this condition the rule would have matched' },
    },
    ['left', 'right', 'distance'],
  );
  const rule = object(
    {
      id: text,
      row: { type: 'integer', minimum: 1, description: 'Of a decision table' },
      priority: number,
      reason: text,
      forces: { anyOf: [object({ outcome: { enum: [...decide.outcomes] } }), object({ route: { const: 'review' } })] },
      matched: open,
      near: flag,
      conditions: list(condition),
      missing: list(text),
    },
    ['row'],
  );
  const policy = object({ outcome, confidence: probability, reasons: list(ref('Reason')), segment: text }, ['segment']);
  const attributions = object({
    label: { const: model.probabilityOf },
    scale: { enum: ['probability log-odds', 'score log-odds'] },
    base: number,
    effects: list(object({ feature: text, value: any, effect: number })),
    others: { type: 'number', description: 'The sum of the effects that are not listed' },
  });
  return {
    Explanation: {
      description: 'Why it was decided so: worked out again from the record',
      anyOf: [ref('Explained'), ref('Unexplained')],
    },
    Explained: object(
      {
        version: text,
        reproduced: { type: 'boolean', description: 'Whether deciding again from the record gave the same' },
        rules: { ...list(rule), description: 'Those that matched, nearly matched, or cannot be told' },
        otherRules: count,
        policy: orNull(policy),
        options: orNull(list(object({ option: { enum: [...decide.outcomes, 'review'] }, expectedCost: number }))),
        optionsMissing: { enum: ['NO_SCORE', 'COST_UNRESOLVED'] },
        attributions: orNull(attributions),
        attributionsMissing: { enum: ['NO_SCORE', 'NO_TREES', 'ANOTHER_MODEL'] },
        sampled: { ...text, description: 'What the pipeline would have decided, had no blind review been drawn' },
      },
      ['optionsMissing', 'attributionsMissing', 'sampled'],
    ),
    Unexplained: object({
      version: text,
      unavailable: { enum: ['OTHER_VERSION', 'BLIND', 'FORGOTTEN'] },
      detail: text,
    }),
  };
}
