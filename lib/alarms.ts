import { Duration } from 'aws-cdk-lib';
import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { type Alarm, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { PipelineDefinition } from '../core/pipeline/definition';
import { durationMs } from '../core/pipeline/duration';
import type { OnCall } from './on-call';
import type { PipelineFunction } from './pipeline-function';

export interface AlarmedParts {
  readonly definition: PipelineDefinition;
  readonly api: RestApi;
  readonly decideFunction: PipelineFunction;
  /** Functions for whose answer nobody waits, by name: their errors would go unnoticed. */
  readonly background: Readonly<Record<string, PipelineFunction>>;
}

/** The part of the SLA after which the oldest review is at risk. */
const SLA_AT_RISK = 0.8;
/** In five minutes: callers who have changed send them all wrong, one who errs does not. */
const MANY_REFUSED = 20;
const MANY_FAILED = 5;
/** A function that starts anew is late for a few. */
const MANY_UNCOUNTED = 100;

/** A metric that the pipeline publishes. */
export const pipelineMetric = (
  pipeline: string,
  metricName: string,
  { dimensions = {}, period = Duration.minutes(1), statistic = Stats.MAXIMUM as string } = {},
): Metric =>
  new Metric({
    namespace: 'Plumbline',
    metricName,
    dimensionsMap: { Pipeline: pipeline, ...dimensions },
    statistic,
    period,
  });

/** How often what the evaluation says is there: an alarm that looked more often would find nothing in between. */
export const evaluatedPeriod = ({ drift }: PipelineDefinition): Duration =>
  Duration.millis(durationMs(drift?.window ?? '1m')!);

/** The alarms beside those of drift and of queues, each with its entry in the runbook. */
export function raiseAlarms(onCall: OnCall, { definition, api, decideFunction, background }: AlarmedParts): Alarm[] {
  const { name, slo = {}, drift, review } = definition;
  const ofPipeline = (metric: string, options?: Parameters<typeof pipelineMetric>[2]) =>
    pipelineMetric(name, metric, options);
  const five = Duration.minutes(5);
  const evaluated = evaluatedPeriod(definition);
  const alarms = [
    onCall.alarm(
      'Mode',
      ofPipeline('Mode', { period: evaluated }),
      `${name} decides less by itself than it normally does.`,
    ),
    onCall.alarm(
      'ReviewAge',
      ofPipeline('ReviewAge'),
      `The oldest review of ${name} will soon end in the safe default, since nobody has made it.`,
      { threshold: Math.round((SLA_AT_RISK * durationMs(review.sla)!) / 1_000) },
    ),
    onCall.alarm(
      'Rejected',
      ofPipeline('Rejected', { dimensions: { Code: 'INPUT_INVALID' }, period: five, statistic: Stats.SUM }),
      `Callers of ${name} send inputs that do not fit its schema.`,
      { threshold: MANY_REFUSED },
    ),
    onCall.alarm(
      'ApiErrors',
      api.metricServerError({ period: five, statistic: Stats.SUM }),
      `The API of ${name} answers with 5xx.`,
      { threshold: MANY_FAILED },
    ),
    onCall.alarm(
      'Throttles',
      decideFunction.live.metricThrottles({ period: five, statistic: Stats.SUM }),
      `Requests to ${name} find no function to run in.`,
    ),
    ...['late', 'beyond'].map((reason) =>
      onCall.alarm(
        'Uncounted',
        ofPipeline('Uncounted', { dimensions: { Reason: reason }, period: five, statistic: Stats.SUM }),
        `Decisions of ${name} are missing from the windows of drift and from its report.`,
        { which: `-${reason}`, threshold: MANY_UNCOUNTED },
      ),
    ),
    ...Object.entries(background).map(([part, fn]) =>
      onCall.alarm(
        'FunctionErrors',
        fn.live.metricErrors({ period: five, statistic: Stats.SUM }),
        `The function ${part} of ${name} fails.`,
        { which: `-${part}` },
      ),
    ),
    ...Object.keys(slo).map((objective) =>
      onCall.alarm(
        'SloBurn',
        ofPipeline('SloBurn', { dimensions: { Slo: objective }, period: evaluated }),
        `${name} is spending the error budget of its objective ${objective} too fast.`,
        { which: `-${objective}` },
      ),
    ),
    ...(drift?.critical ?? []).map((feature) =>
      onCall.alarm(
        'FeatureDrift',
        ofPipeline('FeatureDrift', { dimensions: { Feature: feature }, period: evaluated }),
        `The critical feature ${feature} of ${name} is no longer distributed as the model knows it.`,
        { which: `-${feature}` },
      ),
    ),
  ];
  if (review.capacity !== undefined)
    alarms.push(
      onCall.alarm(
        'ReviewBacklog',
        ofPipeline('ReviewBacklog'),
        `More reviews of ${name} wait than are got through within the SLA.`,
        { threshold: Math.max(1, Math.round((review.capacity * durationMs(review.sla)!) / 3_600_000)) },
      ),
    );
  return alarms;
}
