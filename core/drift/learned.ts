import type { DecisionRecord } from '../decision/decision';
import { labelOf } from '../decision/label';
import { measureOf } from '../llm/prompt-gate';
import type { Pipeline } from '../pipeline/compile';
import { rightOutcomes } from '../policy/stakes';
import { groupsOf } from './observation';
import type { LearnedObservation } from './tally';

/**
 * What is learned of a decision after it was made, each of it once and at the time at which it became known: what it
 * cost, when its truth has been reported; whether it was wrong; whether a sample would have been, when a person has
 * reviewed it blindly; and what a review took.
 */
export function learnedOf(pipeline: Pipeline, record: DecisionRecord): LearnedObservation[] {
  const { decide, protected: fields } = pipeline.definition;
  const { truth, ...untold } = record;
  const { id, outcome, route, status, sampled } = untold;
  // What was learned of it before has been counted.
  if (record.forgotten) return [];
  const reviewed = status === 'resolved' && route === 'review';
  const review = reviewed ? reviewOf(record) : [];
  if (outcome === null || (truth === undefined && sampled === undefined)) return review;
  const context = { input: pipeline.toCelInput(record.input), features: pipeline.toCelFeatures(record.features) };
  const prices = pipeline.prices(context);
  if (!prices) return review;
  const right = rightOutcomes(prices.costs);
  const costOf = (of: string, label: number): number | undefined => prices.costs[decide.outcomes.indexOf(of)]?.[label];
  const wrong = (of: string, label: number) => costOf(of, label)! > prices.costs[right[label]!]![label]!;
  const decidedAt = status === 'resolved' ? resolvedAt(record) : Date.parse(record.at);

  const learned: LearnedObservation[] = [...review];
  const reported = truth && labelOf(pipeline, record);
  const cost = reported === undefined ? undefined : costOf(outcome, reported);
  if (reported !== undefined && cost !== undefined)
    learned.push({
      id: `${id}~`,
      at: Math.max(decidedAt, Date.parse(truth!.at)),
      learned: {
        cost: cost + (reviewed ? prices.review : 0),
        ...(route === 'automated' ? { error: { source: 'reported', wrong: wrong(outcome, reported) } } : {}),
        groups: groupsOf(record, fields),
      },
    });
  const meant = sampled !== undefined && reviewed ? labelOf(pipeline, untold) : undefined;
  if (sampled !== undefined && meant !== undefined && costOf(sampled, meant) !== undefined)
    learned.push({
      id: `${id}^`,
      at: decidedAt,
      learned: { error: { source: 'sample', wrong: wrong(sampled, meant) }, groups: [] },
    });
  return learned;
}

/** What a review took, and whether the person differed from what the pipeline would have decided. */
function reviewOf({ id, history, outcome, sampled, llm }: DecisionRecord): LearnedObservation[] {
  const end = history.findLast(({ type }) => type === 'ReviewResolved');
  if (end?.seconds === undefined) return [];
  const minutes = end.seconds / 60;
  if (sampled === undefined)
    return [{ id: `${id}!`, at: Date.parse(end.at), learned: { review: { minutes }, groups: [] } }];
  const overridden = outcome !== sampled;
  const measures = llm ? { measures: { [measureOf(llm.prompt, 'overridden')]: Number(overridden) } } : {};
  return [
    { id: `${id}!`, at: Date.parse(end.at), learned: { review: { minutes, overridden }, ...measures, groups: [] } },
  ];
}

/** When a pending review ended. */
function resolvedAt({ at, history }: DecisionRecord): number {
  const end = history.findLast(({ type }) => type === 'ReviewResolved' || type === 'ReviewExpired');
  return Date.parse(end?.at ?? at);
}
