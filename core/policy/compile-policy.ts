import type { Reason } from '../decision/decision';
import type { PipelineDefinition } from '../pipeline/definition';
import type { CelContext, CompileCel } from '../rules/expressions';
import { type Choice, type Chooser, cheapestOf, expectedCostChooser, thresholdsChooser } from './choosers';
import type { Policy, PlainPolicy } from './policy';
import { compileRiskControl } from './risk-control';
import { type PriceList, compileScarcity, largestCost, stakesOf } from './stakes';

/** What a policy is asked about. */
export interface PolicyQuestion {
  /** Calibrated probability of the model's label. */
  readonly probability: number;
  readonly context: CelContext;
  readonly cautious: boolean;
  /** How many reviews are waiting; it matters where `review.capacity` is given. */
  readonly backlog: number;
}

/** What a policy makes of one request. */
export interface PolicyChoice {
  /** Null where a person is to decide. */
  readonly outcome: string | null;
  /** The probability that the outcome (the cheapest, where a person is to decide) is the right one. */
  readonly confidence: number | null;
  readonly reasons: readonly Reason[];
  /** The segment that the request is in, or `all`; undefined where that cannot be told. */
  readonly segment: string | undefined;
  /** What each outcome, and `review`, costs in expectation; undefined where a cost has no value. */
  readonly options: Readonly<Record<string, number>> | undefined;
}

/** The key of the evidence for requests of no segment. */
export const EVERYTHING = 'all';

/** Compiles the policy of a definition. With `openAt`, risk control keeps nothing back, and reviews cost that many times their price. */
export function compilePolicy(
  definition: PipelineDefinition,
  compile: CompileCel,
  prices: PriceList,
  { openAt }: { readonly openAt?: number } = {},
): (question: PolicyQuestion) => PolicyChoice {
  const { outcomes, labels, policy, evidence } = definition.decide;
  const scarcity = openAt === undefined ? compileScarcity(definition) : () => openAt;
  const label = labels.indexOf(definition.model.probabilityOf);

  const chooser = (plain: PlainPolicy, segment: string): readonly Chooser[] => {
    switch (plain.kind) {
      case 'expectedCost':
        return [expectedCostChooser(outcomes)];
      case 'thresholds':
        return [thresholdsChooser(outcomes, plain.bands)];
      case 'riskControl':
        return [
          compileRiskControl(
            plain,
            openAt === undefined ? evidence?.segments[segment] : 'open',
            largestCost(definition.decide),
          ),
        ];
      case 'allOf':
        return bound(plain.policies.map((part) => ({ kind: part.kind, choosers: chooser(part, segment) })));
    }
  };
  const [segments, otherwise] = policy.kind === 'segments' ? [policy.segments, policy.otherwise] : [[], policy];
  const compiled = segments.map((one) => ({
    id: one.id,
    when: compile.condition(one.when),
    choosers: chooser(one.policy, one.id),
  }));
  const rest = { id: EVERYTHING, choosers: chooser(otherwise, EVERYTHING) };

  return ({ probability, context, cautious, backlog }) => {
    const nothing = { outcome: null, confidence: null, segment: undefined, options: undefined };
    const priced = prices(context);
    if (!priced)
      return { ...nothing, reasons: [{ code: 'COST_UNRESOLVED', detail: 'a cost has no value of 0 or more' }] };
    const stakes = stakesOf(priced, probability, label, scarcity(backlog));
    const options = {
      ...Object.fromEntries(outcomes.map((outcome, i) => [outcome, stakes.expected[i]!])),
      review: stakes.review,
    };

    let segment: { readonly id: string; readonly choosers: readonly Chooser[] } = rest;
    for (const one of compiled) {
      const holds = one.when(context);
      if (holds === false) continue;
      if (holds === undefined)
        return {
          ...nothing,
          options,
          reasons: [{ code: 'SEGMENT_UNRESOLVED', detail: `segment "${one.id}" names a value that is missing` }],
        };
      segment = one;
      break;
    }
    const { outcome, reasons } = unanimous(segment.choosers.map((choose) => choose(stakes, cautious)));
    const named =
      segment === rest
        ? reasons
        : reasons.map(({ code, detail }) => ({ code, detail: `segment "${segment.id}": ${detail}` }));
    return {
      outcome: outcome === null ? null : outcomes[outcome]!,
      confidence: stakes.right[outcome ?? cheapestOf(stakes)]!,
      segment: segment.id,
      reasons: named,
      options,
    };
  };
}

/**
 * Beside a promise, caution is the promise's alone: it has been measured with the other policies as they normally are,
 * and what these left out more of might be the safer decisions.
 */
function bound(parts: readonly { readonly kind: Policy['kind']; readonly choosers: readonly Chooser[] }[]): Chooser[] {
  const promised = parts.some(({ kind }) => kind === 'riskControl');
  return parts.flatMap(({ kind, choosers }) =>
    promised && kind !== 'riskControl'
      ? choosers.map(
          (choose): Chooser =>
            (stakes) =>
              choose(stakes, false),
        )
      : choosers,
  );
}

/** What all policies decide alike; else the reasons of those that would rather not. */
function unanimous(choices: readonly Choice[]): {
  readonly outcome: number | null;
  readonly reasons: readonly Reason[];
} {
  const reasons = (of: readonly Choice[]) => of.map(({ code, detail }) => ({ code, detail }));
  const unwilling = choices.filter(({ outcome }) => outcome === null);
  if (unwilling.length > 0) return { outcome: null, reasons: reasons(unwilling) };
  const { outcome } = choices[0]!;
  if (choices.every((choice) => choice.outcome === outcome)) return { outcome, reasons: reasons(choices) };
  return {
    outcome: null,
    reasons: [{ code: 'POLICIES_DISAGREE', detail: 'the policies choose different outcomes' }, ...reasons(choices)],
  };
}
