import { CloudWatchClient, GetMetricDataCommand, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { AwsQueryProtocol } from '@aws-sdk/core/protocols';
import type { LocalInfo } from './local-info';

/** A metric of a graph as a dashboard's body has it: a name with dimensions, or an expression, and how to show it. */
export type DashboardMetric = readonly (
  string | { readonly label?: string; readonly stat?: string; readonly expression?: string }
)[];

export interface Line {
  readonly label: string;
  /** What each point is of its minute: `Sum`, `Average`, `p95`. */
  readonly stat: string;
  readonly points: readonly (readonly [time: number, value: number])[];
}

/** What CloudWatch takes in the place of a name: the metrics of a dimension, whatever its values. */
const SEARCH = /SEARCH\('\{([^,]+),[^}]*,(\w+)\} MetricName="([^"]+)" Pipeline="([^"]+)"', '([^']+)'/;

/** The emulator's CloudWatch. It gives values over the Query protocol only. */
export function localCloudWatch({ endpointUrl, region, credentials }: LocalInfo): CloudWatchClient {
  const protocol = new AwsQueryProtocol({
    defaultNamespace: 'com.amazonaws.cloudwatch',
    xmlNamespace: 'http://monitoring.amazonaws.com/doc/2010-08-01/',
    version: '2010-08-01',
  });
  return new CloudWatchClient({ endpoint: endpointUrl, region, credentials, protocol });
}

/** The lines of a graph since a time, as far as the emulator has them: of expressions it knows none. */
export async function linesOf(
  client: CloudWatchClient,
  metrics: readonly DashboardMetric[],
  since: Date,
): Promise<Line[]> {
  const named = await Promise.all(metrics.map((metric) => namesOf(client, metric)));
  const lines = await Promise.all(
    named.flat().map(async ({ label, stat, Namespace, MetricName, Dimensions }) => {
      const { MetricDataResults = [] } = await client.send(
        new GetMetricDataCommand({
          StartTime: since,
          EndTime: new Date(Date.now() + 60_000),
          MetricDataQueries: [
            { Id: 'm', MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period: 60, Stat: stat } },
          ],
        }),
      );
      const [{ Timestamps = [], Values = [] } = {}] = MetricDataResults;
      const points = Timestamps.map((time, i) => [time.getTime(), Values[i]!] as const).sort((a, b) => a[0] - b[0]);
      return { label, stat, points };
    }),
  );
  return lines.filter(({ points }) => points.length > 0);
}

interface Named {
  readonly label: string;
  readonly stat: string;
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: { Name: string; Value: string }[];
}

async function namesOf(client: CloudWatchClient, metric: DashboardMetric): Promise<Named[]> {
  const options = metric.find((part) => typeof part === 'object') ?? {};
  const { label, stat = 'Average', expression } = options as { label?: string; stat?: string; expression?: string };
  if (expression === undefined) {
    const [Namespace = '', MetricName = '', ...rest] = metric.filter((part) => typeof part === 'string');
    const Dimensions = Array.from({ length: rest.length / 2 }, (_, i) => ({
      Name: rest[2 * i]!,
      Value: rest[2 * i + 1]!,
    }));
    return [{ label: label ?? MetricName, stat, Namespace, MetricName, Dimensions }];
  }
  const [, Namespace, dimension, MetricName, pipeline, statistic] = SEARCH.exec(expression) ?? [];
  if (Namespace === undefined) return [];
  const { Metrics = [] } = await client.send(new ListMetricsCommand({ Namespace, MetricName: MetricName! }));
  return Metrics.flatMap(({ Dimensions = [] }) => {
    const value = Dimensions.find(({ Name }) => Name === dimension)?.Value;
    const own = Dimensions.some(({ Name, Value }) => Name === 'Pipeline' && Value === pipeline);
    if (value === undefined || !own || Dimensions.length !== 2) return [];
    return [
      {
        label: value,
        stat: statistic!,
        Namespace,
        MetricName: MetricName!,
        Dimensions: Dimensions as Named['Dimensions'],
      },
    ];
  });
}
