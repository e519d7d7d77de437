/**
 * Counts what leaves no record by one line in CloudWatch's embedded metric format. The pairs of `dimensions` come in
 * their order; `now` is in epoch ms.
 */
export function countMetric(
  name: string,
  dimensions: Readonly<Record<string, string>>,
  count: number,
  now: number,
): void {
  const directive = {
    Namespace: 'Plumbline',
    Dimensions: [Object.keys(dimensions)],
    Metrics: [{ Name: name, Unit: 'Count' }],
  };
  const line = { _aws: { Timestamp: now, CloudWatchMetrics: [directive] }, ...dimensions, [name]: count };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
