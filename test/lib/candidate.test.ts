import './cdk-settings';
import { Stack } from 'aws-cdk-lib';
import { creditRisk } from '../core/credit';
import { type CandidateProps, DecisionPipeline, DefinitionError } from '../../lib';
import { rolesOf } from './policies';
import { ofType, resourcesOf, testApp } from './templates';

const { actions: _, ...live } = creditRisk;
const { decide } = live;
const dearer = { ...live, decide: { ...decide, costs: { ...decide.costs, review: 0.7 } } };

function deployed(candidate?: CandidateProps) {
  const stack = new Stack(testApp(), 'Stack', { env: { account: '123456789012', region: 'eu-central-1' } });
  const pipeline = new DecisionPipeline(stack, 'Pipeline', {
    definition: live,
    ...(candidate ? { candidate } : {}),
  });
  const environment = (description: string) =>
    ofType(resourcesOf(stack), 'AWS::Lambda::Function').find(
      ([, { Properties }]) => Properties.Description === description,
    )![1].Properties.Environment.Variables;
  const asking = rolesOf(stack).flatMap(({ role, statements }) =>
    statements
      .filter(({ actions }) => actions.includes('sagemaker:InvokeEndpoint'))
      .map(({ resources }) => `${role.split('/').at(-2)}: ${resources.map((arn) => arn.split('/').at(-1)).join(', ')}`),
  );
  return { pipeline, environment, asking };
}

test('a candidate that asks the same model needs no rights of its own, and leaves the version of the live definition', () => {
  const [alone, beside] = [deployed(), deployed({ definition: dearer, share: 0.1 })];
  expect(beside.asking).toEqual(alone.asking);
  expect(beside.pipeline.version).toBe(alone.pipeline.version);
  expect(beside.environment('POST /decisions').CANDIDATE_ENDPOINT_NAME).toBe('credit-risk');
});

test('a candidate of another model may be asked where decisions are made, and where both are compared', () => {
  const other = { ...live, model: { ...live.model, endpoint: 'credit-risk-2' } };
  for (const candidate of [{ definition: other }, { definition: dearer, endpointName: 'credit-risk-2' }]) {
    const { asking, environment } = deployed(candidate);
    expect(asking.sort()).toEqual([
      'Chunks: credit-risk, credit-risk-2',
      'Decide: credit-risk, credit-risk-2',
      'Evaluate: credit-risk, credit-risk-2',
      'Infer: credit-risk',
      'Intake: credit-risk, credit-risk-2',
      'Observe: credit-risk, credit-risk-2',
    ]);
    expect(environment('Counts decisions into the windows of drift').CANDIDATE_ENDPOINT_NAME).toBe('credit-risk-2');
  }
});

test('fails when the candidate cannot stand beside the live definition', () => {
  const strangers = { ...live, deadline: '1s', review: { sla: '1h' } };
  const make = () => deployed({ definition: strangers, share: 2 });
  expect(make).toThrow(DefinitionError);
  expect(make).toThrow(
    /the candidate" has 3 problems:[^]*CANDIDATE_DIFFERS deadline[^]*CANDIDATE_DIFFERS review[^]*CANDIDATE_SHARE share: must be a share from 0 to 1, got 2/,
  );
});
