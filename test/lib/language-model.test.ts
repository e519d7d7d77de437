import { ofBedrock, ofSageMaker } from './triage-stacks';
import { resourcesOf, ofType } from './templates';
import { rolesOf } from './policies';

const folderOf = (role: string) => role.split('/').at(-2)!;
/** The functions that may do something, with what they may do it on. */
const who = (stack: typeof ofSageMaker, action: string) =>
  rolesOf(stack).flatMap(({ role, statements }) =>
    statements
      .filter(({ actions }) => actions.includes(action))
      .map(({ resources }) => `${folderOf(role)}: ${resources.map((arn) => arn.replace(/^.*:/, '')).join(', ')}`),
  );
const DECIDING = ['Chunks', 'Decide', 'Evaluate', 'Infer', 'Intake'];

test('whatever decides may stream the endpoint’s answer, and ask no other way', () => {
  expect(who(ofSageMaker, 'sagemaker:InvokeEndpointWithResponseStream').sort()).toEqual(
    DECIDING.map((name) => `${name}: endpoint/mail-triage`),
  );
  expect(who(ofSageMaker, 'sagemaker:InvokeEndpoint')).toEqual([]);
});

test('of Bedrock it may stream the inference profile’s, and its model’s wherever that sends it', () => {
  const asking = rolesOf(ofBedrock).flatMap(({ role, statements }) =>
    statements
      .filter(({ actions }) => actions.includes('bedrock:InvokeModelWithResponseStream'))
      .map(({ resources }) => [folderOf(role), ...resources]),
  );
  expect(asking.map(([name]) => name).sort()).toEqual(DECIDING);
  for (const [, ...resources] of asking)
    expect(resources).toEqual([
      expect.stringMatching(/:bedrock:.*:inference-profile\/eu\.amazon\.nova-lite-v1:0$/),
      expect.stringMatching(/:bedrock:\*::foundation-model\/amazon\.nova-lite-v1:0$/),
    ]);
  expect(
    rolesOf(ofBedrock)
      .flatMap(({ statements }) => statements.flatMap(({ actions }) => actions))
      .join(),
  ).not.toMatch(/sagemaker/);
});

test('budgets are changed by what decides for callers, and prompts by the mode’s function and the evaluation', () => {
  const writing = (prefix: string) =>
    rolesOf(ofSageMaker).flatMap(({ role, statements }) =>
      statements.some(
        ({ actions, condition }) =>
          actions.includes('dynamodb:UpdateItem') && JSON.stringify(condition ?? '').includes(`"${prefix}*"`),
      )
        ? [folderOf(role)]
        : [],
    );
  expect(writing('budget#').sort()).toEqual(['Chunks', 'Decide', 'Infer', 'Intake']);
  expect(writing('prompts').sort()).toEqual(['Evaluate', 'Mode']);
});

test('an operator’s role may set prompts', () => {
  const statements = rolesOf(ofSageMaker).find((one) => one.role === 'Operator')!.statements;
  expect(JSON.stringify(statements)).toContain('/PUT/prompts');
});

test('both APIs have the call that sets prompts', () => {
  const paths = ofType(resourcesOf(ofSageMaker), 'AWS::ApiGateway::Resource').map(
    ([, { Properties }]) => Properties.PathPart,
  );
  expect(paths).toContain('prompts');
  const routes = ofType(resourcesOf(ofSageMaker), 'AWS::ApiGatewayV2::Route').map(
    ([, { Properties }]) => Properties.RouteKey,
  );
  expect(routes).toContain('PUT /prompts');
});
