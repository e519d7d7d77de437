import { budgetOf, writeReserve } from '../resilience/deadline';
import { checkCode } from './check-rules';
import type { Problems } from './check-problems';
import type { DurationText, PipelineDefinition } from './definition';
import { durationMs } from './duration';

const DAY = 86_400_000;

export function checkDeadline({ deadline, budgets = {} }: PipelineDefinition, problems: Problems): void {
  within(problems, 'deadline', deadline, 100, 25_000, 'between 100ms and 25s');
  const total = durationMs(deadline);
  if (total === undefined) return;
  const left = total - writeReserve(total);
  within(problems, 'budgets.features', budgets.features, 10, left - 10, `between 10ms and ${left - 10}ms`);
  const read = budgetOf(total, { read: durationMs(budgets.features) }).read;
  const most = left - read;
  within(
    problems,
    'budgets.model',
    budgets.model,
    10,
    most,
    `between 10ms and ${most}ms, what ${deadline} leaves after ${read}ms for features and ${total - left}ms for the record`,
  );
}

export function checkSlo({ slo = {} }: PipelineDefinition, problems: Problems): void {
  for (const [name, share] of Object.entries(slo))
    if (!(typeof share === 'number' && share >= 0.5 && share < 1))
      problems.add('SLO', `slo.${name}`, `must be a share from 0.5 to below 1, got ${JSON.stringify(share)}.`);
}

export function checkReview({ review }: PipelineDefinition, problems: Problems): void {
  if (review === undefined) return;
  if (review.sla === undefined) problems.add('MISSING_PART', 'review.sla', 'is required.');
  // The review queue keeps a message 14 days; a task must have ended before it is forgotten.
  within(problems, 'review.sla', review.sla, 1_000, 13 * DAY, 'between 1s and 13d');
  // SQS hides a message for 12 hours at most.
  within(problems, 'review.lease', review.lease, 1_000, DAY / 2, 'between 1s and 12h');
  if ((durationMs(review.lease) ?? 0) > (durationMs(review.sla) ?? Infinity))
    problems.add(
      'LEASE_LONGER',
      'review.lease',
      `${review.lease} outlasts the SLA of ${review.sla}: a claim would never expire in time.`,
    );
  const { capacity, sample } = review;
  if (capacity !== undefined && !(typeof capacity === 'number' && capacity > 0 && Number.isFinite(capacity)))
    problems.add(
      'REVIEW_CAPACITY',
      'review.capacity',
      `must be reviews an hour, above 0; got ${JSON.stringify(capacity)}.`,
    );
  if (sample !== undefined && !(typeof sample === 'number' && sample >= 0 && sample <= 1))
    problems.add('REVIEW_SAMPLE', 'review.sample', `must be a share from 0 to 1, got ${JSON.stringify(sample)}.`);
  review.reasons?.forEach((code, i) => checkCode(code, `review.reasons[${i}]`, problems));
}

/** A duration that must be one, and lie within bounds. */
export function within(
  problems: Problems,
  path: string,
  given: DurationText | undefined,
  min: number,
  max: number,
  range: string,
): void {
  if (given === undefined) return;
  const ms = durationMs(given);
  if (ms === undefined)
    problems.add('DURATION', path, `${JSON.stringify(given)} is not a duration such as 800ms, 15m or 4h.`);
  else if (ms < min || ms > max) problems.add('DURATION_RANGE', path, `${given} must lie ${range}.`);
}
