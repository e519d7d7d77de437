import { type Resource, ofType, resourcesOf, testApp } from './templates';
import { type CfnElement, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { IConstruct } from 'constructs';
import { DecisionPipeline, PlatformStack } from '../../lib';
import type { PipelineFunction } from '../../lib/pipeline-function';
import { withoutActions } from './without-actions';

const app = testApp();
/** A pipeline with nothing but its definition. */
export const stack = new Stack(app, 'Alone');
export const pipeline = new DecisionPipeline(stack, 'Pipeline', { definition: withoutActions });
/** Platforms of both kinds. */
export const platform = new PlatformStack(app, 'Platform');
export const scripted = new PlatformStack(app, 'Scripted', { passwordFlow: true });
app.synth();
export const template = Template.fromStack(stack);
export const resources = resourcesOf(stack);

const { review, drift, control, intake, batch, decisions, onCall } = pipeline;
export const functions: Readonly<Record<string, PipelineFunction>> = {
  batches: batch.batchesFunction,
  chunks: batch.chunksFunction,
  decide: decisions.decideFunction,
  dispatch: review.dispatchFunction,
  evaluate: drift.evaluateFunction,
  expire: review.expireFunction,
  infer: decisions.inferFunction,
  intake: intake.intakeFunction,
  mode: control.modeFunction,
  notify: onCall.notifyFunction,
  observe: drift.observeFunction,
  outcome: decisions.outcomeFunction,
  read: decisions.readFunction,
  reviews: review.reviewsFunction,
  sweep: review.sweepFunction,
  validate: decisions.validateFunction,
};

export const idOf = ({ node }: IConstruct) => stack.getLogicalId(node.defaultChild as CfnElement);
export const resource = (construct: IConstruct): Resource => resources[idOf(construct)]!;
export const ref = (construct: IConstruct) => ({ Ref: idOf(construct) });
export const arn = (construct: IConstruct) => ({ 'Fn::GetAtt': [idOf(construct), 'Arn'] });
export const ofPipeline = (type: string) => ofType(resources, type).map(([, { Properties }]) => Properties);
