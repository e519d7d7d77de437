import type { FeatureValues } from '../../core/features/features';
import { type ApiResponse, problem } from './http';

/** The answer where looked-up values are needed and not there: the caller's fault, or an outage that will pass. */
export function refuseGaps(gaps: FeatureValues['gaps']): ApiResponse {
  const causes = Object.entries(gaps);
  const problems = causes.map(([lookup, cause]) => ({
    pointer: '/input',
    code: `FEATURES_${cause.toUpperCase()}`,
    detail: `names an item of "${lookup}" that is ${cause === 'circuit_open' ? 'unavailable' : cause}`,
  }));
  if (causes.some(([, cause]) => cause === 'unavailable' || cause === 'circuit_open'))
    return problem(503, 'FEATURE_STORE_UNAVAILABLE', 'What is known beforehand could not be read in time.', {
      problems,
      headers: { 'retry-after': '1' },
    });
  return problem(422, 'FEATURES_UNUSABLE', 'What is known beforehand is missing, too old or not valid.', { problems });
}
