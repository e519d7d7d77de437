import { countMetric } from './embedded-metric';
import type { ApiResponse } from './http';

/**
 * Counts a refused request, which leaves no record: metric `Rejected`, dimensions `Pipeline` and `Code`.
 */
export function countRejected(pipeline: string, response: ApiResponse, now: number): ApiResponse {
  if (response.statusCode < 400) return response;
  const { code } = JSON.parse(response.body) as { code: string };
  countMetric('Rejected', { Pipeline: pipeline, Code: code }, 1, now);
  return response;
}
