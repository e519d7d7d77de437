import { type DecisionRecord, GAP_CAUSES } from '../decision/decision';
import type { Pipeline } from '../pipeline/compile';
import type { Cost } from '../policy/policy';
import { type Prices, stakesOf } from '../policy/stakes';
import type { Variable } from './build-baseline';

/** What the pipeline makes of a request, watched like a feature. */
export const SIGNALS = {
  /** The calibrated probability of the model's label. */
  score: '$score',
  /** The chance that the policy's choice is right. */
  confidence: '$confidence',
  /** The chance that what is automated is wrong, by the model's word. */
  error: '$error',
  /** Who decided, and what: `automated approve`, `review`. */
  decision: '$decision',
  /** What the decision costs in expectation, by the model's word. */
  cost: '$cost',
  /** What became of a lookup: `ok`, or why not; `$lookup.<name>`. */
  lookup: (name: string) => `$lookup.${name}`,
} as const;

/** The part of a decision that its signals are made of. */
export type Signalling = Pick<
  DecisionRecord,
  'score' | 'confidence' | 'route' | 'outcome' | 'mode' | 'gaps' | 'reasons' | 'sampled' | 'input' | 'features'
>;

/** A pipeline's signals, as a baseline tells their values apart. */
export const signalVariables = ({ definition, lookups }: Pipeline): Record<string, Variable> => ({
  [SIGNALS.score]: 'numeric',
  [SIGNALS.confidence]: 'numeric',
  [SIGNALS.error]: 'numeric',
  [SIGNALS.cost]: 'numeric',
  [SIGNALS.decision]: {
    categories: [...definition.decide.outcomes.map((outcome) => `automated ${outcome}`), 'review'],
  },
  ...Object.fromEntries(lookups.map(({ name }) => [SIGNALS.lookup(name), { categories: ['ok', ...GAP_CAUSES] }])),
});

/**
 * Makes what reads a decision's signals. Those that the policy makes are there only in normal operation: what a mode or a
 * model that is away changes is told by other alarms.
 */
export function signalsOf(pipeline: Pipeline): (record: Signalling) => Record<string, unknown> {
  const costOf = compileExpectedCost(pipeline);
  const lookups = pipeline.lookups.map(({ name }) => ({ name, signal: SIGNALS.lookup(name) }));
  return (record) => {
    const { score, confidence, gaps, mode, reasons } = record;
    const values: Record<string, unknown> = {};
    for (const { name, signal } of lookups) values[signal] = gaps[name] ?? 'ok';
    if (score !== null) values[SIGNALS.score] = score;
    if (confidence !== null) values[SIGNALS.confidence] = confidence;
    if (mode !== 'normal' || reasons.some(({ code }) => code.startsWith('MODEL_'))) return values;
    const { route, outcome } = asDecided(record);
    if (confidence !== null && route === 'automated') values[SIGNALS.error] = 1 - confidence;
    values[SIGNALS.decision] = outcome === null ? route : `${route} ${outcome}`;
    const cost = costOf(record, outcome);
    if (cost !== undefined) values[SIGNALS.cost] = cost;
    return values;
  };
}

/** What the pipeline decided, whatever a person then made of it. */
function asDecided({ route, outcome, sampled }: Signalling): {
  readonly route: string;
  readonly outcome: string | null;
} {
  if (sampled !== undefined) return { route: 'automated', outcome: sampled };
  return route === 'review' ? { route, outcome: null } : { route, outcome };
}

/** The expected cost of an outcome, or of a review where it is null; undefined without a score or a price. */
function compileExpectedCost({ definition, prices, toCelInput, toCelFeatures }: Pipeline) {
  const { outcomes, labels, costs } = definition.decide;
  const label = labels.indexOf(definition.model.probabilityOf);
  const all: Cost[] = [costs.review, ...outcomes.flatMap((of) => Object.values(costs[of] as Record<string, Cost>))];
  const expected = (priced: Prices, score: number, outcome: string | null): number | undefined =>
    outcome === null ? priced.review : stakesOf(priced, score, label, 1).expected[outcomes.indexOf(outcome)];
  if (!all.every((cost) => typeof cost === 'number'))
    return ({ score, input, features }: Signalling, outcome: string | null): number | undefined => {
      const priced = prices({ input: toCelInput(input), features: toCelFeatures(features) });
      return priced && score !== null ? expected(priced, score, outcome) : undefined;
    };
  // Costs that are numbers are the same for every request, and rise and fall evenly with the score.
  const fixed = prices({ input: {}, features: {} })!;
  const lines = new Map(
    [null, ...outcomes].map((outcome) => [
      outcome,
      { at0: expected(fixed, 0, outcome)!, at1: expected(fixed, 1, outcome)! },
    ]),
  );
  return ({ score }: Signalling, outcome: string | null): number | undefined => {
    const line = lines.get(outcome);
    return line && score !== null ? line.at0 + score * (line.at1 - line.at0) : undefined;
  };
}
