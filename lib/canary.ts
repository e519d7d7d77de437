import { Duration, Validations } from 'aws-cdk-lib';
import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import {
  Alarm,
  ComparisonOperator,
  type IAlarm,
  type IMetric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import {
  type ILambdaDeploymentConfig,
  LambdaApplication,
  LambdaDeploymentConfig,
  LambdaDeploymentGroup,
} from 'aws-cdk-lib/aws-codedeploy';
import { Construct } from 'constructs';
import type { PipelineFunction } from './pipeline-function';

export interface CanaryOptions {
  /** How requests move to a new version. @default LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES */
  readonly deploymentConfig?: ILambdaDeploymentConfig;
  /** More that takes a deployment back when it alarms, such as those of a business's own. @default - none */
  readonly alarms?: readonly IAlarm[];
}

export interface CanaryProps extends CanaryOptions {
  /** The functions that decide, by a name that is theirs among them. */
  readonly functions: Readonly<Record<string, PipelineFunction>>;
  /** The API whose errors take a deployment back. */
  readonly api: RestApi;
}

/** Of the calls of the API in a minute, those that may fail before a deployment is taken back. */
const MOST_FAILURES = 0.05;

/**
 * Shifts requests to a new version step by step, and takes the deployment back by itself when the new version fails:
 * when a function throws, as those that read a queue do where a whole batch fails, or the API answers too many calls
 * with 5xx.
 */
export class Canary extends Construct {
  /** What takes a deployment back; they page nobody. */
  readonly alarms: readonly IAlarm[];

  constructor(scope: Construct, id: string, props: CanaryProps) {
    super(scope, id);
    const { functions, api, deploymentConfig = LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES } = props;
    const period = Duration.minutes(1);
    const failing = this.alarm('Api', api.metricServerError({ period, statistic: Stats.AVERAGE }), MOST_FAILURES);
    const application = new LambdaApplication(this, 'Application');
    const throwing = Object.entries(functions).map(([name, { live }]) => {
      const alarm = this.alarm(name, live.metricErrors({ period, statistic: Stats.SUM }), 1);
      const group = new LambdaDeploymentGroup(this, `${name}Deployment`, {
        application,
        alias: live,
        deploymentConfig,
        alarms: [alarm, failing, ...(props.alarms ?? [])],
      });
      Validations.of(group.role).acknowledge({
        id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited]',
        reason: "AWS's own policy for CodeDeploy to shift the traffic of functions.",
      });
      return alarm;
    });
    this.alarms = [failing, ...throwing];
  }

  private alarm(name: string, metric: IMetric, threshold: number): Alarm {
    return new Alarm(this, `${name}Failing`, {
      alarmDescription: 'Takes a deployment back that is under way.',
      metric,
      threshold,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}
