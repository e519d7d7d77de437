import type { PipelineDefinition } from '../pipeline/definition';
import type { DecisionRecord } from './decision';
import { safeDefaultOutcome } from './safe-default';

/** Who has a person forgotten, when (ISO 8601), and why. */
export type Forgetting = NonNullable<DecisionRecord['forgotten']>;

/**
 * The tombstone of a decision: that it was made, how, when and with which outcome, and what turned out to be true,
 * without what else it said of a person: input, features, scores, and what people have noted. A pending review, which
 * nobody could decide any more, ends in the safe default; without the definition, which says what that is, it is left
 * alone (undefined).
 */
export function forgetRecord(
  record: DecisionRecord,
  forgotten: Forgetting,
  definition?: PipelineDefinition,
): DecisionRecord | undefined {
  const { reviewBy: _, asked: __, sampled: ___, llm: ____, ...kept } = record;
  const pending = record.status === 'pending_review';
  if (pending && !definition) return undefined;
  const { at, by } = forgotten;
  return {
    ...kept,
    ...(pending
      ? {
          status: 'resolved',
          outcome: safeDefaultOutcome(definition!),
          route: 'safe_default',
          toSend: [...record.toSend, 'DecisionResolved'],
        }
      : {}),
    input: {},
    features: {},
    inputHash: '',
    // Their details tell scores and expected costs.
    reasons: record.reasons.map(({ code }) => ({ code, detail: 'erased' })),
    score: null,
    confidence: null,
    modelScore: null,
    history: [
      ...record.history.map(({ note: _____, ...entry }) => entry),
      ...(pending ? [{ at, type: 'ReviewExpired', by }] : []),
      { at, type: 'Forgotten', by },
    ],
    forgotten,
  };
}
