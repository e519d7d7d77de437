import type { JsonSchema } from './definition';
import { list, number, object, orNull, ref, share, text, time } from './openapi-parts';

/** The schemas of GET /health. */
export function healthSchemas(): Record<string, JsonSchema> {
  const moved = object({ from: number, to: orNull(number) });
  const counts: JsonSchema = { type: 'object', additionalProperties: { type: 'integer' } };
  return {
    Health: object(
      {
        window: { ...orNull(time), description: 'Start of the newest closed window' },
        windowSeconds: number,
        drift: { type: 'integer', description: 'How many variables have drifted' },
        impact: object({ weight: share, score: moved, automation: moved, cost: moved, error: moved }, [
          'score',
          'automation',
          'cost',
          'error',
        ]),
        features: list(ref('FeatureHealth')),
        windows: list(
          object({
            at: time,
            rows: { type: 'integer' },
            automation: orNull(share),
            without: counts,
            ages: {
              type: 'object',
              description: 'How old what was looked up was, in seconds, by lookup',
              additionalProperties: object({ mean: number, maximum: number }),
            },
            estimatedError: orNull(share),
            realizedCost: orNull(number),
          }),
        ),
      },
      ['impact'],
    ),
    FeatureHealth: object(
      {
        name: { ...text, description: 'Of an input or a feature; with a $ what the pipeline makes of them' },
        segment: text,
        kind: { enum: ['numeric', 'categorical'] },
        drift: { enum: [0, 1] },
        since: time,
        rows: { type: 'integer' },
        psi: number,
        log10: { ...orNull(number), description: 'How many times likelier the rows are with drift, as a power of ten' },
        bins: list(text),
        baseline: list(share),
        live: list(share),
        mean: moved,
        history: list(object({ psi: orNull(number), mean: orNull(number), missing: orNull(share) })),
      },
      ['segment', 'mean'],
    ),
  };
}
