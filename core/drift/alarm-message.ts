import type { WindowFindings } from './evaluate';

/** What CloudWatch says of an alarm; only what is read here. */
export interface AlarmNotice {
  readonly AlarmName?: string;
  /** What the alarm means, and where the runbook says what to do. */
  readonly AlarmDescription?: string;
  readonly OldStateValue?: string;
  readonly NewStateValue?: string;
  readonly NewStateReason?: string;
  readonly Trigger?: { readonly MetricName?: string };
}

/**
 * The message for on-call: what is wrong, which features are the worst, where to look. Aggregates only.
 * Undefined where nothing is wrong and nothing was: an alarm that has just been made reports that it is well.
 */
export function alarmMessage(
  pipeline: string,
  notice: AlarmNotice,
  findings: WindowFindings | undefined,
): { readonly subject: string; readonly body: string } | undefined {
  const state = notice.NewStateValue ?? 'ALARM';
  if (state !== 'ALARM' && notice.OldStateValue !== 'ALARM') return undefined;
  const metric = notice.Trigger?.MetricName ?? '';
  // SNS subjects take 100 characters of ASCII.
  const subject = `${state}: ${pipeline} ${metric || notice.AlarmName || ''}`
    .replace(/[^\x20-\x7e]/g, '?')
    .slice(0, 100);
  const found =
    metric === 'Drift' && state === 'ALARM' && findings ? describeDrift(findings) : [notice.NewStateReason ?? ''];
  return {
    subject,
    body: [
      `${notice.AlarmName ?? 'alarm'} is ${state}.`,
      ...found,
      ...(notice.AlarmDescription ? [notice.AlarmDescription] : []),
    ].join('\n'),
  };
}

function describeDrift({ drift, features, window, worst }: WindowFindings): string[] {
  const at = new Date(window).toISOString();
  const rows = worst[0]?.rows ?? 0;
  return [
    `${drift} of ${Object.keys(features).length} features have drifted, judged over ${rows} decisions up to the window of ${at}:`,
    ...worst.map(({ feature, psi, drift: drifted, mean, baselineMean }) => {
      const means =
        mean !== undefined && baselineMean !== undefined ? `, mean ${short(baselineMean)} -> ${short(mean)}` : '';
      return `  ${drifted ? '*' : ' '} ${feature}: PSI ${psi.toFixed(2)}${means}`;
    }),
    '  (* too far for chance, and far enough to matter; the others are shown for comparison)',
  ];
}

const short = (x: number): string => String(Number(x.toPrecision(4)));
