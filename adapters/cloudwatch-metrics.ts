import {
  type CloudWatchClient,
  type MetricDatum,
  PutMetricDataCommand,
  StandardUnit,
} from '@aws-sdk/client-cloudwatch';
import type { Backlog } from '../core/review/backlog';
import type { ClosedWindow } from '../core/drift/blocks';
import type { WindowFindings } from '../core/drift/evaluate';
import { MODE_RANK } from '../core/control/mode-rule';
import type { Mode } from '../core/decision/decision';
import { isSignal, partsOf } from '../core/drift/baseline';
import { GUARD, MODEL_COST, TOKENS, UNUSABLE } from '../core/drift/llm-measures';
import { SIGNALS } from '../core/drift/signals';
import { NO_STATISTICS, type StatisticSet } from '../core/drift/statistic-set';

const NAMESPACE = 'Plumbline';
/** PutMetricData takes so many metrics a call, and so many distinct values a metric. */
const MOST_METRICS = 500;
const MOST_VALUES = 150;
/** Of fewer rows PSI is as large as that of any drift, by chance alone. */
const FEWEST_FOR_PSI = 50;
/** How many of a group a window must hold to be told of. */
const FEWEST = 5;

/** A closed window, and what was made of it. */
export interface JudgedWindow {
  readonly findings: WindowFindings;
  readonly closed: ClosedWindow;
  /** The mode that then holds. */
  readonly mode: Mode;
  /** By objective, how fast its error budget is spent; see `burnRates`. */
  readonly burns: ReadonlyMap<string, number>;
}

/** Publishes a closed window: what an alarm or the dashboard reads, and nothing else. */
export async function publishWindow(
  client: CloudWatchClient,
  pipeline: string,
  judged: JudgedWindow,
  now: number,
): Promise<void> {
  const data = windowMetrics(pipeline, judged, now);
  for (let i = 0; i < data.length; i += MOST_METRICS)
    await client.send(new PutMetricDataCommand({ Namespace: NAMESPACE, MetricData: data.slice(i, i + MOST_METRICS) }));
}

/** Publishes how much work waits for reviewers, and how long the oldest has. */
export async function publishBacklog(
  client: CloudWatchClient,
  pipeline: string,
  { backlog, oldestAgeSeconds }: Pick<Backlog, 'backlog' | 'oldestAgeSeconds'>,
  now: number,
): Promise<void> {
  const metric = (MetricName: string, Value: number, Unit: StandardUnit): MetricDatum => ({
    MetricName,
    Dimensions: [{ Name: 'Pipeline', Value: pipeline }],
    Timestamp: new Date(now),
    Value,
    Unit,
  });
  const MetricData = [
    metric('ReviewBacklog', backlog, StandardUnit.Count),
    metric('ReviewAge', oldestAgeSeconds, StandardUnit.Seconds),
  ];
  await client.send(new PutMetricDataCommand({ Namespace: NAMESPACE, MetricData }));
}

/** The metrics of a window. Those that an alarm reads bear the time of publication: it looks only at the last minutes. */
export function windowMetrics(
  pipeline: string,
  { findings, closed: { tally }, mode, burns }: JudgedWindow,
  now: number,
): MetricDatum[] {
  const metric = (name: string, value: number, dimensions: Record<string, string> = {}): MetricDatum => ({
    MetricName: name,
    Dimensions: Object.entries({ Pipeline: pipeline, ...dimensions }).map(([Name, Value]) => ({ Name, Value })),
    Timestamp: new Date(findings.window),
    Value: value,
  });
  const read = (name: string, value: number, dimensions?: Record<string, string>): MetricDatum => ({
    ...metric(name, value, dimensions),
    Timestamp: new Date(now),
  });
  const data: MetricDatum[] = [
    read('Drift', findings.drift),
    read('Mode', MODE_RANK[mode]),
    ...[...burns].map(([Slo, rate]) => read('SloBurn', rate, { Slo })),
  ];
  for (const [name, { drift }] of Object.entries(findings.features)) {
    if (name === SIGNALS.score) data.push(read('ScoreDrift', drift));
    else if (name === SIGNALS.decision) data.push(read('DecisionMixDrift', drift));
    // Other signals and segments are told of by `Drift` and its message.
    else if (!isWithin(name)) data.push(read('FeatureDrift', drift, { Feature: name }));
  }
  data.push(
    // Alone in its window, it would tell what a sample's reviewer must not know yet.
    ...(tally.estimatedError.n < FEWEST ? [] : statistics(metric('EstimatedError', 0), tally.estimatedError)),
    ...statistics(metric('RealizedCost', 0), tally.realizedCost),
    ...statistics(metric('ReviewMinutes', 0), tally.reviewMinutes),
    ...statistics(metric('OverrideRate', 0), tally.overrides),
    ...[...tally.ages].flatMap(([Lookup, set]) => statistics(metric('FeatureAge', 0, { Lookup }), set)),
    ...Object.entries(TOKENS).flatMap(([Kind, name]) =>
      statistics(metric('Tokens', 0, { Kind }), tally.measures.get(name) ?? NO_STATISTICS),
    ),
    ...[...tally.measures].flatMap(([name, { sum: count }]) => {
      const [kind, Guard, result] = name.split('/');
      if (`${kind}/` !== GUARD) return [];
      return [metric(result === 'flagged' ? 'GuardFlags' : 'GuardFailures', count, { Guard: Guard! })];
    }),
    ...statistics(metric('ModelCost', 0), tally.measures.get(MODEL_COST) ?? NO_STATISTICS),
    ...statistics(metric('UnusableAnswers', 0), tally.measures.get(UNUSABLE) ?? NO_STATISTICS),
    ...[...tally.automatedErrors].flatMap(([Source, set]) => statistics(metric('AutomatedError', 0, { Source }), set)),
    ...[...tally.groupCosts].flatMap(([group, set]) =>
      set.n < FEWEST ? [] : statistics(metric('GroupCost', 0, groupDimensions(group)), set),
    ),
  );
  if (findings.rows === 0) return data;

  for (const [Feature, { rows, mean, variance, missing, psi }] of Object.entries(findings.features)) {
    if (isWithin(Feature)) continue;
    if (mean !== undefined) data.push(metric('FeatureMean', mean, { Feature }));
    if (variance !== undefined) data.push(metric('FeatureVariance', variance, { Feature }));
    data.push(metric('FeatureMissing', missing, { Feature }));
    if (rows >= FEWEST_FOR_PSI) data.push(metric('FeaturePsi', psi, { Feature }));
  }
  data.push(metric('SchemaViolations', tally.reasons.get('FEATURES_INVALID') ?? 0));
  for (const [Route, count] of tally.routes) data.push(metric('Decisions', count, { Route }));
  for (const [Reason, count] of tally.reasons) data.push(metric('Fallbacks', count, { Reason }));
  data.push(metric('Automation', (tally.routes.get('automated') ?? 0) / findings.rows));
  for (const [group, results] of tally.groups) {
    // Of fewer, a window would come close to telling what became of one person.
    if (sum(results.values()) < FEWEST) continue;
    for (const [Outcome, n] of results)
      data.push(metric('GroupOutcomes', n, { ...groupDimensions(group), Outcome: dimension(Outcome) }));
  }
  const { compared, flips, priced, cost } = tally.candidate;
  if (compared > 0) data.push(metric('CandidateFlips', flips / compared));
  if (priced > 0) data.push(metric('CandidateCost', cost / priced));
  for (const [name, counts] of [
    ['Latency', tally.totalMs],
    ['ModelLatency', tally.modelMs],
    ['FirstToken', tally.firstTokenMs],
  ] as const)
    data.push(...distribution(metric(name, 0), counts));
  return data;
}

/** Whether a name is that of a signal, or of a feature within a segment. */
const isWithin = (name: string): boolean => isSignal(name) || partsOf(name).segment !== undefined;

function groupDimensions(group: string): { readonly Field: string; readonly Group: string } {
  const [, Field, Group] = /^([^=]*)=([^]*)$/.exec(group)!;
  return { Field: Field!, Group: dimension(Group!) };
}

/** Of numbers whose average and sum matter, whatever the windows that CloudWatch adds up. */
const statistics = ({ Value: _, ...datum }: MetricDatum, { n, sum, minimum, maximum }: StatisticSet): MetricDatum[] =>
  n === 0 ? [] : [{ ...datum, StatisticValues: { SampleCount: n, Sum: sum, Minimum: minimum, Maximum: maximum } }];

/** Values with their counts, so that CloudWatch can work out percentiles. */
function distribution({ Value: _, ...datum }: MetricDatum, counts: ReadonlyMap<number, number>): MetricDatum[] {
  const entries = [...counts];
  const parts: MetricDatum[] = [];
  for (let i = 0; i < entries.length; i += MOST_VALUES) {
    const part = entries.slice(i, i + MOST_VALUES);
    parts.push({
      ...datum,
      Unit: StandardUnit.Milliseconds,
      Values: part.map(([ms]) => ms),
      Counts: part.map(([, n]) => n),
    });
  }
  return parts;
}

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((total, n) => total + n, 0);

/** A text of the user's as CloudWatch takes it for a dimension: printable ASCII, not blank, at most 255 of it. */
const dimension = (text: string): string =>
  text
    .replace(/[^\x20-\x7e]/g, '?')
    .slice(0, 255)
    .trim() || '?';
