import { compilePipeline } from '../../../core/pipeline/compile';
import type { Decide, Review } from '../../../core/pipeline/definition';
import type { PolicyChoice } from '../../../core/policy/compile-policy';
import { loans } from '../review/loans';

/** The policy of the small loan pipeline with other parts, asked about a probability of a bad loan. */
export function policyWith(
  decide: Partial<Decide>,
  review: Partial<Review> = {},
): (
  probability: number,
  over?: { readonly cautious?: boolean; readonly backlog?: number; readonly amount?: number },
) => PolicyChoice {
  const definition = { ...loans, decide: { ...loans.decide, ...decide }, review: { ...loans.review, ...review } };
  const pipeline = compilePipeline({ version: '', definition });
  return (probability, { cautious = false, backlog = 0, amount = 100 } = {}) =>
    pipeline.policy({ probability, cautious, backlog, context: { input: { amount }, features: {} } });
}
