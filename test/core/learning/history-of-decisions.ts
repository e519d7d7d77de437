import { decide } from '../../../core/decision/decide';
import type { DecisionRecord } from '../../../core/decision/decision';
import { makeRecord } from '../../../core/decision/decide-request';
import { drawOf } from '../../../core/decision/id';
import { compilePipeline } from '../../../core/pipeline/compile';
import type { PipelineDefinition } from '../../../core/pipeline/definition';
import { resolveRecord } from '../../../core/review/resolution';
import { applications, featuresOf, START } from '../credit';
import { idOf } from '../review/loans';

/** Which decisions these are, and how what was decided becomes known. */
export interface Past {
  /** Numbers of ids already given: others are drawn for a review then. @default 0 */
  readonly earlier?: number;
  /** @default '' */
  readonly version?: string;
  /** Whether reviewers have come to a decision. @default - all have */
  readonly reviewed?: (record: DecisionRecord) => boolean;
  /** Whether the truth of a decision was reported. @default - none was */
  readonly reported?: (record: DecisionRecord) => boolean;
}

/**
 * The records that a pipeline would hold of the applications, `times` times over, after reviewers, who are right, and
 * callers, who report the truth, have done their part. `scores` are the model's, one for each application.
 */
export function recordsOf(
  definition: PipelineDefinition,
  scores: readonly number[],
  { earlier = 0, version = '', reviewed = () => true, reported = () => false }: Past = {},
  times = 1,
): DecisionRecord[] {
  const pipeline = compilePipeline({ version, definition });
  const timings = { totalMs: 1, featuresMs: 1, modelMs: 1 };
  const right = { good: 'approve', bad: 'decline' };
  return Array.from({ length: times * applications.length }, (_, n) => {
    const row = n % applications.length;
    const { input, truth } = applications[row]!;
    const id = idOf(earlier + n + 1);
    const features = featuresOf(pipeline, row);
    const draw = drawOf(id, 'sample');
    const evidence = { input, features, mode: 'normal' as const, model: { score: scores[row]! }, draw };
    const verdict = decide(pipeline, evidence);
    const made = makeRecord(pipeline, { id, caller: 'x', hash: 'x', startedAt: START, evidence, verdict, timings });
    const at = made.at;
    const resolved =
      made.status === 'pending_review' && reviewed(made)
        ? resolveRecord(made, { id, outcome: right[truth], route: 'review', entry: { at, type: 'DecisionResolved' } })
        : made;
    return reported(resolved) ? { ...resolved, truth: { label: truth, at, by: 'x' } } : resolved;
  });
}
