import type { ApiResponse } from './http';

/**
 * Counts a refused request, which leaves no record, by one line in CloudWatch's embedded metric format:
 * metric `Rejected`, dimensions `Pipeline` and `Code`.
 */
export function countRejected(pipeline: string, response: ApiResponse, now: number): ApiResponse {
  if (response.statusCode < 400) return response;
  const { code } = JSON.parse(response.body) as { code: string };
  const directive = {
    Namespace: 'Plumbline',
    Dimensions: [['Pipeline', 'Code']],
    Metrics: [{ Name: 'Rejected', Unit: 'Count' }],
  };
  process.stdout.write(
    `${JSON.stringify({ _aws: { Timestamp: now, CloudWatchMetrics: [directive] }, Pipeline: pipeline, Code: code, Rejected: 1 })}\n`,
  );
  return response;
}
