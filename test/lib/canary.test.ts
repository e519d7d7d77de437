import './cdk-settings';
import './stub-assets';
import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { LambdaDeploymentConfig } from 'aws-cdk-lib/aws-codedeploy';
import { type CanaryOptions, DecisionPipeline } from '../../lib';
import { testApp } from './templates';
import { withoutActions } from './without-actions';

const synthesized = (canary?: CanaryOptions) => {
  const stack = new Stack(testApp(), 'Stack');
  const pipeline = new DecisionPipeline(stack, 'Pipeline', {
    definition: withoutActions,
    ...(canary ? { canary } : {}),
  });
  return { template: Template.fromStack(stack), pipeline };
};
const { template, pipeline } = synthesized({});
const groups = Object.values(template.findResources('AWS::CodeDeploy::DeploymentGroup')) as {
  Properties: {
    AlarmConfiguration: { Alarms: { Name: { Ref: string } }[] };
    AutoRollbackConfiguration: object;
    DeploymentConfigName: unknown;
  };
}[];

test('without it, a deployment takes all requests at once', () => {
  expect(synthesized().template.findResources('AWS::CodeDeploy::DeploymentGroup')).toEqual({});
});

test('moves a tenth of the requests first, for each function that decides', () => {
  expect(groups).toHaveLength(4);
  for (const { Properties } of groups)
    expect(Properties.DeploymentConfigName).toBe('CodeDeployDefault.LambdaCanary10Percent5Minutes');
  const updated = Object.values(template.findResources('AWS::Lambda::Alias')).filter(
    (alias) => (alias as { UpdatePolicy?: object }).UpdatePolicy,
  );
  expect(updated).toHaveLength(4);
});

test('takes a deployment back when its function throws, or the API fails', () => {
  const alarms = template.findResources('AWS::CloudWatch::Alarm') as Record<string, { Properties: object }>;
  for (const { Properties } of groups) {
    expect(Properties.AutoRollbackConfiguration).toMatchObject({
      Enabled: true,
      Events: expect.arrayContaining(['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM']),
    });
    const stopping = Properties.AlarmConfiguration.Alarms.map(({ Name }) => alarms[Name.Ref]!.Properties);
    expect(stopping).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ Namespace: 'AWS/Lambda', MetricName: 'Errors', Threshold: 1 }),
        expect.objectContaining({ Namespace: 'AWS/ApiGateway', MetricName: '5XXError', Threshold: 0.05 }),
      ]),
    );
  }
  expect(pipeline.canary!.alarms).toHaveLength(5);
  // They page nobody: on-call hears of what lasts.
  template.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: '5XXError', AlarmActions: Match.absent() });
});

test('as its owner wants it, by alarms of their own too', () => {
  const { template: other } = synthesized({
    deploymentConfig: LambdaDeploymentConfig.LINEAR_10PERCENT_EVERY_1MINUTE,
    alarms: [Alarm.fromAlarmName(new Stack(testApp(), 'Business'), 'Revenue', 'revenue-fell')],
  });
  const [group] = Object.values(other.findResources('AWS::CodeDeploy::DeploymentGroup')) as typeof groups;
  expect(group!.Properties.DeploymentConfigName).toBe('CodeDeployDefault.LambdaLinear10PercentEvery1Minute');
  expect(group!.Properties.AlarmConfiguration.Alarms).toHaveLength(3);
});
