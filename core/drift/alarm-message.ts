import type { WindowFindings } from './evaluate';

/** What CloudWatch says of an alarm; only what is read here. */
export interface AlarmNotice {
  readonly AlarmName?: string;
  readonly NewStateValue?: string;
  readonly NewStateReason?: string;
  readonly Trigger?: { readonly MetricName?: string };
}

/** The message for on-call: what is wrong, which features are the worst, where to look. Aggregates only. */
export function alarmMessage(
  pipeline: string,
  notice: AlarmNotice,
  findings: WindowFindings | undefined,
  runbook: string,
): { readonly subject: string; readonly body: string } {
  const state = notice.NewStateValue ?? 'ALARM';
  const metric = notice.Trigger?.MetricName ?? '';
  // SNS subjects take 100 characters of ASCII.
  const subject = `${state}: ${pipeline} ${metric || notice.AlarmName || ''}`.replace(/[^\x20-\x7e]/g, '?').slice(0, 100);
  const found =
    metric === 'Drift' && state === 'ALARM' && findings
      ? [
          `${findings.drift} of ${Object.keys(findings.features).length} features drift in the window of ${new Date(findings.window).toISOString()} (${findings.judgedRows} decisions):`,
          ...findings.worst.map(({ feature, psi, drift }) => `  ${drift ? '*' : ' '} ${feature}: PSI ${psi.toFixed(2)}${describe(findings, feature)}`),
          '  (* certain and large; the others are shown for comparison)',
        ]
      : [notice.NewStateReason ?? ''];
  return { subject, body: [`${notice.AlarmName ?? 'alarm'} is ${state}.`, ...found, `What to do: ${runbook}#${metric.toLowerCase()}`].join('\n') };
}

function describe({ features }: WindowFindings, feature: string): string {
  const { mean, missing } = features[feature] ?? { mean: null, missing: 0 };
  return `${mean === null ? '' : `, mean now ${Number(mean.toPrecision(4))}`}${missing > 0 ? `, missing in ${(missing * 100).toFixed(1)} %` : ''}`;
}
