import { type CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';

export interface AlarmState {
  readonly name: string;
  readonly state: string;
  /** ISO 8601. */
  readonly since?: string;
}

/** How the named alarms stand. */
export async function readAlarms(client: CloudWatchClient, names: readonly string[]): Promise<AlarmState[]> {
  if (names.length === 0) return [];
  const { MetricAlarms = [] } = await client.send(new DescribeAlarmsCommand({ AlarmNames: [...names] }));
  return MetricAlarms.map(({ AlarmName, StateValue, StateUpdatedTimestamp }) => ({
    name: AlarmName ?? '',
    state: StateValue ?? 'INSUFFICIENT_DATA',
    ...(StateUpdatedTimestamp ? { since: StateUpdatedTimestamp.toISOString() } : {}),
  }));
}
