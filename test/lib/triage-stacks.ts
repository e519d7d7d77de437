import './cdk-settings';
import './stub-assets';
import { Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import mailTriage from '../../examples/mail-triage/pipeline';
import { DecisionPipeline } from '../../lib';
import { testApp } from './templates';

const app = testApp();
const quotas = { perCaller: { tokensPerMinute: 100_000 } };
const model = { ...mailTriage.model, limits: { ...mailTriage.model.limits, ...quotas } };

/** A pipeline that asks a language model of SageMaker, and one that asks one of Bedrock, by an inference profile. */
export const ofSageMaker = new Stack(app, 'TriageOfSageMaker');
const pipeline = new DecisionPipeline(ofSageMaker, 'Pipeline', { definition: { ...mailTriage, model } });
pipeline.grantOperate(new Role(ofSageMaker, 'Operator', { assumedBy: new ServicePrincipal('ecs.amazonaws.com') }));
export const ofBedrock = new Stack(app, 'TriageOfBedrock');
new DecisionPipeline(ofBedrock, 'Pipeline', {
  definition: {
    ...mailTriage,
    model: {
      ...model,
      provider: 'bedrock',
      endpoint: 'eu.amazon.nova-lite-v1:0',
      confidence: { by: 'samples', samples: 5 },
    },
  },
});
export const triageApp = app;
export const triageAssembly = app.synth();
