import { type ControlledFrom, type Chooser, riskControlChooser } from './choosers';
import { type Curve, chooseThreshold } from './guarantee';
import type { RiskControlPolicy } from './policy';

/** `curve` is the evidence of the policy's segment; with `open` everything that it would decide passes. */
export function compileRiskControl(policy: RiskControlPolicy, curve: Curve | 'open' | undefined): Chooser {
  const from = (alpha: number): ControlledFrom => {
    if (curve === 'open') return { threshold: 0 };
    if (curve === undefined) return { unsupported: 'there is no evidence' };
    return chooseThreshold(curve, { ...policy, alpha });
  };
  return riskControlChooser(promiseOf(policy), from(policy.alpha), from(policy.alpha / 2));
}

/** The promise in words. */
export function promiseOf({ of, alpha, delta }: RiskControlPolicy): string {
  const bound = of === 'errors' ? `at most ${percent(alpha)} wrong` : `a mean cost of at most ${alpha}`;
  return `${bound} with probability ${percent(1 - delta)}`;
}

const percent = (share: number): string => `${Number((share * 100).toFixed(4))} %`;
