import {
  type Chooser,
  type ControlledFrom,
  type Surest,
  leastCostly,
  mostProbable,
  riskControlChooser,
} from './choosers';
import { chooseThreshold } from './guarantee';
import type { RiskControlPolicy } from './policy';
import type { SegmentEvidence } from './policy-evidence';

/**
 * `evidence` is that of the policy's segment; where it is `open`, whatever the policy would decide passes.
 * `largestCost` must be known to promise a mean cost.
 */
export function compileRiskControl(
  policy: RiskControlPolicy,
  evidence: SegmentEvidence | 'open' | undefined,
  largestCost: number | undefined,
): Chooser {
  const from = (alpha: number): ControlledFrom => {
    if (evidence === 'open') return { threshold: 0 };
    const own = evidence?.[policy.of];
    return own ? chooseThreshold(own, { ...policy, alpha }) : { unsupported: 'there is no evidence' };
  };
  return riskControlChooser(
    promiseOf(policy),
    surestBy(policy.of, largestCost),
    from(policy.alpha),
    from(policy.alpha / 2),
  );
}

/** By what a kind of promise orders decisions. */
export const surestBy = (of: RiskControlPolicy['of'], largestCost: number | undefined): Surest =>
  of === 'cost' && largestCost !== undefined ? leastCostly(largestCost) : mostProbable;

/** The promise in words. */
export function promiseOf({ of, alpha, delta }: RiskControlPolicy): string {
  const bound = of === 'errors' ? `at most ${percent(alpha)} wrong` : `a mean cost of at most ${alpha}`;
  return `${bound} with probability ${percent(1 - delta)}`;
}

const percent = (share: number): string => `${Number((share * 100).toFixed(4))} %`;
