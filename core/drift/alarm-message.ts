import { isSignal, partsOf } from './baseline';
import { short } from './describe';
import type { DriftReport, WorstFeature } from './evaluate';
import type { Impact, Moved } from './impact';

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
  report: DriftReport | undefined,
): { readonly subject: string; readonly body: string } | undefined {
  const state = notice.NewStateValue ?? 'ALARM';
  if (state !== 'ALARM' && notice.OldStateValue !== 'ALARM') return undefined;
  const metric = notice.Trigger?.MetricName ?? '';
  // SNS subjects take 100 characters of ASCII.
  const subject = `${state}: ${pipeline} ${metric || notice.AlarmName || ''}`
    .replace(/[^\x20-\x7e]/g, '?')
    .slice(0, 100);
  const found =
    (metric === 'Drift' || metric === 'FeatureDrift') && state === 'ALARM' && report
      ? describeDrift(report)
      : [notice.NewStateReason ?? ''];
  return {
    subject,
    body: [
      `${notice.AlarmName ?? 'alarm'} is ${state}.`,
      ...found,
      ...(notice.AlarmDescription ? [notice.AlarmDescription] : []),
    ].join('\n'),
  };
}

function describeDrift({ drift, watched, worst, impact }: DriftReport): string[] {
  const found = worst.filter((one) => one.drift === 1);
  const since = Math.min(...found.map((one) => one.since));
  const rows = Math.max(...found.map((one) => one.rows));
  return [
    `${drift} of the ${watched} things that are watched ${drift === 1 ? 'has' : 'have'} drifted, worst first, by ${rows} decisions since ${time(since)}:`,
    ...found.map((one) => `  ${titleOf(one.feature)}: ${where(one)}`),
    ...(drift > found.length ? [`  and ${drift - found.length} more`] : []),
    ...(impact ? ['', 'What it does to decisions since then:', ...effects(impact).map((effect) => `  ${effect}`)] : []),
    '',
  ];
}

/** From where to where, in the feature's own values. */
function where({ psi, mean, baselineMean, shift }: WorstFeature): string {
  const means =
    mean !== undefined && baselineMean !== undefined ? `mean ${short(baselineMean)} -> ${short(mean)}, ` : '';
  return `${means}${shift.where}: ${percent(shift.from)} -> ${percent(shift.to)} of them (PSI ${psi.toFixed(2)})`;
}

function effects({ weight, score, automation, cost, error }: Impact): string[] {
  const line = (name: string, moved: Moved | undefined, text: (x: number) => string) =>
    moved ? [`${name} ${text(moved.from)} -> ${text(moved.to)}`] : [];
  return [
    `what has drifted carries ${percent(weight)} of what the model goes by`,
    ...line('mean score', score, (x) => x.toFixed(3)),
    ...line('automated', automation, percent),
    ...line('expected cost of a decision', cost, (x) => x.toFixed(3)),
    ...line('wrong, of the automated, by its own word', error, percent),
  ];
}

/** How people call what is watched. */
export function titleOf(name: string): string {
  const { feature, segment } = partsOf(name);
  return `${isSignal(feature) ? feature.slice(1) : feature}${segment === undefined ? '' : ` in ${segment}`}`;
}

const time = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
const percent = (share: number): string => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
