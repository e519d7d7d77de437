import type { Verdict } from '../decision/decide';
import type { DecisionRecord } from '../decision/decision';

/**
 * Whether a verdict is what the record says. What a person, or the end of the review's time, has made of the decision
 * since is no part of that.
 */
export function isReproduced(record: DecisionRecord, verdict: Verdict): boolean {
  const { outcome, route } = record.status === 'resolved' ? { outcome: null, route: 'review' } : record;
  return (
    verdict.outcome === outcome &&
    verdict.route === route &&
    verdict.score === record.score &&
    verdict.confidence === record.confidence &&
    verdict.sampled === record.sampled &&
    verdict.reasons.length === record.reasons.length &&
    verdict.reasons.every(({ code, detail }, i) => {
      const recorded = record.reasons[i]!;
      return code === recorded.code && detail === recorded.detail;
    })
  );
}
