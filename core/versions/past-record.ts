import type { DecisionRecord } from '../decision/decision';
import { answerOf, evidenceOf } from '../decision/replay';
import type { FeatureValues } from '../features/features';
import { type PastAnswer, type Side, rescored } from './side';

/** The features as they were then, or why they cannot be told: what was not looked up then is not in the record. */
export function pastFeatures(
  { pipeline }: Side,
  record: DecisionRecord,
): FeatureValues | { readonly unknown: 'NEEDS_LOOKUP' } {
  const there = (field: string) => Object.hasOwn(record.features, field);
  const asked = pipeline.lookups.every(({ name, fieldNames }) => record.gaps[name] || fieldNames.every(there));
  return asked ? evidenceOf(pipeline, record).features : { unknown: 'NEEDS_LOOKUP' };
}

/** What the model of the record's own definition said then; that of another definition is asked again. */
export const pastAnswer = (home: Side, record: DecisionRecord, cells: readonly number[]): PastAnswer =>
  record.version === home.artifact.version ? answerOf(record) : rescored(home, cells, 'OTHER_VERSION');

/** What the record says the pipeline made of the request, before a person or the end of the review's time settled it. */
export function recordedChoice({ status, route, outcome, sampled }: DecisionRecord): string | undefined {
  if (sampled !== undefined) return sampled;
  return status === 'resolved' || route === 'review' ? 'review' : (outcome ?? undefined);
}
