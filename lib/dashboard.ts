import { Duration } from 'aws-cdk-lib';
import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type GraphWidgetProps,
  type IAlarm,
  type IMetric,
  type Metric,
  MathExpression,
  SingleValueWidget,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { isSignal, partsOf } from '../core/drift/baseline';
import type { PipelineDefinition } from '../core/pipeline/definition';
import { durationMs } from '../core/pipeline/duration';
import { pipelineMetric } from './alarms';

export interface PipelineDashboardProps {
  readonly definition: PipelineDefinition;
  readonly api: RestApi;
  readonly alarms: readonly IAlarm[];
}

const WIDTH = 24;
const HOUR = Duration.hours(1);
const MINUTE = Duration.minutes(1);

/** A pipeline at a glance: what it decides and what that is worth, how fast, what has drifted, who waits for whom. */
export class PipelineDashboard extends Construct {
  readonly dashboard: Dashboard;

  constructor(scope: Construct, id: string, { definition, api, alarms }: PipelineDashboardProps) {
    super(scope, id);
    this.dashboard = new Dashboard(this, 'Dashboard', { defaultInterval: Duration.hours(12) });
    const { name } = definition;
    const one = (metric: string, statistic: string = Stats.AVERAGE, period = MINUTE, dimensions = {}) =>
      pipelineMetric(name, metric, { statistic, period, dimensions });
    this.dashboard.addWidgets(
      new TextWidget({ markdown: `# ${name}\n${definition.description ?? ''}`, width: 12, height: 4 }),
      new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 12, height: 4 }),
    );
    this.dashboard.addWidgets(
      new SingleValueWidget({
        title: 'Last hour',
        metrics: [
          sum(by(name, 'Decisions', 'Route', Stats.SUM, HOUR), 'decisions', HOUR),
          one('Automation', Stats.AVERAGE, HOUR).with({ label: 'share automated' }),
          one('RealizedCost', Stats.AVERAGE, HOUR).with({ label: 'cost, once known' }),
          one('EstimatedError', Stats.AVERAGE, HOUR).with({ label: 'estimated error' }),
        ],
        width: WIDTH,
        height: 4,
        setPeriodToTimeRange: false,
      }),
    );
    const rows: GraphWidgetProps[][] = [
      [
        graph('Decisions by route', [by(name, 'Decisions', 'Route', Stats.SUM)], { stacked: true }),
        graph('Automated', [one('Automation')], { leftYAxis: { min: 0, max: 1 } }),
        graph('Cost of a decision, as truth comes back', [one('RealizedCost', Stats.AVERAGE, HOUR)]),
      ],
      [
        graph(
          'Time to decide, ms',
          (['p50', 'p95', 'p99'] as const).map((p) => one('Latency', p).with({ label: p })),
          { leftAnnotations: [{ value: durationMs(definition.deadline)!, label: 'deadline', color: '#d13212' }] },
        ),
        graph(
          'Time of the model, ms',
          (['p50', 'p95', 'p99'] as const).map((p) => one('ModelLatency', p).with({ label: p })),
        ),
        graph('Decided without', [by(name, 'Fallbacks', 'Reason', Stats.SUM)], { stacked: true }),
      ],
      ...(definition.model.kind === 'llm' ? [languageModel(name, one)] : []),
      [
        graph('Drift: how many variables', [
          one('Drift', Stats.MAXIMUM),
          one('ScoreDrift', Stats.MAXIMUM),
          one('DecisionMixDrift', Stats.MAXIMUM),
        ]),
        graph('PSI, by feature', featureMetrics(definition, 'FeaturePsi')),
        graph('Missing, by feature', featureMetrics(definition, 'FeatureMissing'), { leftYAxis: { min: 0, max: 1 } }),
        ...(Object.keys(definition.features?.lookups ?? {}).length > 0
          ? [graph('Age of lookups, s', [by(name, 'FeatureAge', 'Lookup', Stats.MAXIMUM)])]
          : []),
      ],
      [
        graph('Reviews that wait', [one('ReviewBacklog', Stats.MAXIMUM)]),
        graph('Age of the oldest review, s', [one('ReviewAge', Stats.MAXIMUM)], {
          leftAnnotations: [{ value: durationMs(definition.review.sla)! / 1_000, label: 'SLA', color: '#d13212' }],
        }),
        graph('Wrong, of the automated', [
          one('EstimatedError'),
          by(name, 'AutomatedError', 'Source', Stats.AVERAGE),
          one('OverrideRate', Stats.AVERAGE, HOUR),
        ]),
      ],
      [
        graph('Error budgets: 1 is too fast', [by(name, 'SloBurn', 'Slo', Stats.MAXIMUM)], {
          leftAnnotations: [{ value: 1, label: 'on-call looks', color: '#d13212' }],
        }),
        graph('Mode, from 0, normal, to 3, halt', [one('Mode', Stats.MAXIMUM)], {
          leftYAxis: { min: 0, max: 3 },
        }),
        graph('Refused', [
          by(name, 'Rejected', 'Code', Stats.SUM),
          api.metricServerError({ period: MINUTE, statistic: Stats.SUM, label: '5xx' }),
        ]),
      ],
    ];
    for (const row of rows)
      this.dashboard.addWidgets(...row.map((props) => new GraphWidget({ ...props, width: WIDTH / row.length })));
  }
}

const graph = (
  title: string,
  left: IMetric[],
  options: Pick<GraphWidgetProps, 'stacked' | 'leftYAxis' | 'leftAnnotations'> = {},
): GraphWidgetProps => ({ title, left, height: 6, leftYAxis: { min: 0 }, ...options });

function languageModel(
  name: string,
  one: (metric: string, statistic?: string, period?: Duration) => Metric,
): GraphWidgetProps[] {
  return [
    graph('Tokens of a decision', [by(name, 'Tokens', 'Kind', Stats.AVERAGE)]),
    graph(
      'Time to the first token, ms',
      (['p50', 'p95', 'p99'] as const).map((p) => one('FirstToken', p).with({ label: p })),
    ),
    graph('Cost of a decision’s tokens', [one('ModelCost')]),
    graph('Flagged by guards', [by(name, 'GuardFlags', 'Guard', Stats.SUM)], { stacked: true }),
    graph('Answers that could not be used at once', [one('UnusableAnswers')], { leftYAxis: { min: 0, max: 1 } }),
  ];
}

/** A metric by each value of a dimension, whatever these will be. */
function by(pipeline: string, metric: string, dimension: string, statistic: string, period = MINUTE): MathExpression {
  const search = `{Plumbline,Pipeline,${dimension}} MetricName="${metric}" Pipeline="${pipeline}"`;
  return new MathExpression({
    expression: `SEARCH('${search}', '${statistic}', ${period.toSeconds()})`,
    label: `\${PROP('Dim.${dimension}')}`,
    period,
  });
}

const sum = (all: MathExpression, label: string, period: Duration): MathExpression =>
  new MathExpression({ expression: 'SUM(all)', usingMetrics: { all }, label, period });

const featureMetrics = ({ name, drift }: PipelineDefinition, metric: string): IMetric[] =>
  Object.keys(drift?.baseline.features ?? {})
    .filter((feature) => !isSignal(feature) && partsOf(feature).segment === undefined)
    .map((feature) =>
      pipelineMetric(name, metric, { dimensions: { Feature: feature }, statistic: Stats.AVERAGE, period: HOUR }).with({
        label: feature,
      }),
    );
