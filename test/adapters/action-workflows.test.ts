import { ExecutionAlreadyExists, type SFNClient } from '@aws-sdk/client-sfn';
import { sfnActionWorkflows } from '../../adapters/action-workflows';
import { presentDecision } from '../../core/decision/decision';
import { decidedRecord, idOf } from '../core/review/loans';
import { fakeClient } from './fake-client';

const stateMachineArn = 'arn:aws:states:eu-west-1:1:stateMachine:Open';
const decision = presentDecision(decidedRecord());

test('an action is an execution named by its decision, which it is told', async () => {
  const { client, sent } = fakeClient<SFNClient>(() => ({}));
  await sfnActionWorkflows(client, { open: stateMachineArn }).start('open', decision);
  const input = JSON.stringify({ action: 'open', decision });
  expect(sent).toEqual([{ name: 'StartExecution', input: { stateMachineArn, name: idOf(1), input } }]);
});

test('one that was started, however it ended, is not started again', async () => {
  const { client, sent } = fakeClient<SFNClient>(() => {
    throw new ExecutionAlreadyExists({ $metadata: {}, message: '' });
  });
  await sfnActionWorkflows(client, { open: stateMachineArn }).start('open', decision);
  expect(sent).toHaveLength(1);
});

test('an outage is thrown, and so is an action without a state machine', async () => {
  const { client } = fakeClient<SFNClient>(() => {
    throw new Error('no network');
  });
  await expect(sfnActionWorkflows(client, { open: stateMachineArn }).start('open', decision)).rejects.toThrow(
    'no network',
  );
  await expect(sfnActionWorkflows(client, {}).start('open', decision)).rejects.toThrow('the action open');
});
