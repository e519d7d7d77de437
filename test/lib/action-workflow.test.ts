import './cdk-settings';
import { Stack } from 'aws-cdk-lib';
import {
  DefinitionBody,
  type IStateMachine,
  JsonPath,
  Pass,
  StateMachine,
  StateMachineType,
} from 'aws-cdk-lib/aws-stepfunctions';
import { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { LoanAccounts } from '../../examples/credit-risk/loan-accounts';
import { ActionWorkflow, DecisionPipeline } from '../../lib';
import creditRisk from '../../examples/credit-risk/pipeline';
import { ofType, resourcesOf, testApp } from './templates';

/** The states of the one state machine of a stack. */
function statesOf(stack: Stack) {
  const [, { Properties }] = ofType(resourcesOf(stack), 'AWS::StepFunctions::StateMachine')[0]!;
  const [, parts] = Properties.DefinitionString['Fn::Join'] as [string, unknown[]];
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  return JSON.parse(parts.map((part) => (typeof part === 'string' ? part : 'REF')).join('')) as any;
}

const { StartAt, States } = statesOf(new LoanAccounts(testApp(), 'Loans'));
const after = (state: string): string => States[state].Next;
const onFailure = (state: string): string => States[state].Catch[0].Next;

test('does the steps in their order, each again when it fails, but not for what trying again cannot mend', () => {
  expect([StartAt, after(StartAt)]).toEqual(['Open the account', 'Book the loan']);
  expect(States['Book the loan'].End).toBe(true);
  expect(States['Open the account'].Retry).toEqual([
    { ErrorEquals: ['States.ALL'], IntervalSeconds: 2, MaxAttempts: 5, BackoffRate: 2 },
  ]);
  expect(States['Book the loan'].Retry[0]).toEqual({
    ErrorEquals: ['DynamoDB.ConditionalCheckFailedException'],
    MaxAttempts: 0,
  });
});

test('undoes what was done when a step fails for good, itself included, and ends as failed', () => {
  expect([onFailure('Open the account'), onFailure('Book the loan')]).toEqual([
    'Cancel the account',
    'Cancel the account',
  ]);
  expect(after('Cancel the account')).toBe('Undone');
  expect(States.Undone).toMatchObject({ Type: 'Fail', Error: 'Undone' });
  expect(onFailure('Cancel the account')).toBe('Not undone');
  expect(States['Not undone']).toMatchObject({ Type: 'Fail', Error: 'NotUndone' });
  expect(States['Cancel the account'].Retry[0].MaxAttempts).toBeGreaterThan(20);
});

test('undoes in the reverse order', () => {
  const stack = new Stack(testApp(), 'Three');
  const task = (id: string) =>
    new CallAwsService(stack, id, {
      service: 'sns',
      action: 'publish',
      iamResources: ['arn:aws:sns:eu-west-1:1:topic'],
      resultPath: JsonPath.DISCARD,
    });
  const steps = ['1', '2', '3'].map((n) => ({ do: task(`do ${n}`), undo: task(`undo ${n}`) }));
  new ActionWorkflow(stack, 'Action', { steps });
  const { States: states } = statesOf(stack);
  expect(['do 1', 'do 2', 'do 3'].map((name) => states[name].Catch[0].Next)).toEqual(['undo 1', 'undo 2', 'undo 3']);
  expect(['undo 3', 'undo 2', 'undo 1'].map((name) => states[name].Next)).toEqual(['undo 2', 'undo 1', 'Undone']);
});

test('refuses tasks that would leave something else than the decision to the next one, and no steps at all', () => {
  const stack = new Stack(testApp(), 'Kept');
  const task = new CallAwsService(stack, 'publish', { service: 'sns', action: 'publish', iamResources: ['x'] });
  expect(() => new ActionWorkflow(stack, 'Action', { steps: [{ do: task }] })).toThrow(
    'Kept/Action: what "publish" answers would take the place of the decision. Give it resultPath: JsonPath.DISCARD.',
  );
  expect(() => new ActionWorkflow(stack, 'None', { steps: [] })).toThrow('Kept/None: an action has at least one step.');
});

describe('a pipeline', () => {
  const make =
    (actions?: Record<string, IStateMachine>, definition = creditRisk) =>
    () => {
      const stack = new Stack(testApp(), 'Stack');
      return new DecisionPipeline(stack, 'Pipeline', { definition, ...(actions ? { actions } : {}) });
    };
  test('needs a workflow for each action of its definition, and for nothing else', () => {
    const { openAccount } = new LoanAccounts(testApp(), 'Loans');
    expect(make()).toThrow("the definition's actions open-account have no workflow.");
    expect(make({ 'open-account': openAccount, 'open-acount': openAccount })).toThrow(
      'actions names "open-acount", which is no action of the definition. Did you mean "open-account"?',
    );
  });

  const two = { ...creditRisk, actions: { ...creditRisk.actions, 'send-letter': { on: ['decline'] } } };
  const named = (name: string) => StateMachine.fromStateMachineName(new Stack(testApp(), 'Elsewhere'), name, name);
  test('does not share one between two actions: the second would start under a name that is taken', () => {
    const { openAccount } = new LoanAccounts(testApp(), 'Loans');
    const imported = StateMachine.fromStateMachineArn(new Stack(testApp(), 'Here'), 'It', openAccount.stateMachineArn);
    const shared = /the actions open-account and send-letter have the same state machine\..*give each action one/;
    expect(make({ 'open-account': openAccount, 'send-letter': openAccount }, two)).toThrow(shared);
    expect(make({ 'open-account': openAccount, 'send-letter': imported }, two)).toThrow(shared);
    expect(make({ 'open-account': named('letters'), 'send-letter': named('letters') }, two)).toThrow(shared);
    expect(make({ 'open-account': named('loans'), 'send-letter': named('letters') }, two)).not.toThrow();
  });

  test('takes no EXPRESS workflow, which would start a name twice', () => {
    const stack = new Stack(testApp(), 'Express');
    const express = new StateMachine(stack, 'Machine', {
      definitionBody: DefinitionBody.fromChainable(new Pass(stack, 'Nothing')),
      stateMachineType: StateMachineType.EXPRESS,
    });
    expect(make({ 'open-account': express })).toThrow(
      'the state machine of the action open-account is of type EXPRESS, which would start twice for a decision. Give it one of type STANDARD.',
    );
  });
});
