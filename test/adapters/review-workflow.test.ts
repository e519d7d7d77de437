import { ExecutionAlreadyExists, type SFNClient } from '@aws-sdk/client-sfn';
import { sfnReviewWorkflow } from '../../adapters/review-workflow';
import { fakeClient } from './fake-client';

const ARN = 'arn:aws:states:eu-west-1:1:stateMachine:Reviews';

/** Step Functions with executions that have already run, by name. */
function withExecutions(statuses: Readonly<Record<string, string>>) {
  const { client, sent } = fakeClient<SFNClient>(({ name, input }) => {
    if (name === 'DescribeExecution') return { status: statuses[input.executionArn.split(':').at(-1)] };
    if (input.name in statuses) throw new ExecutionAlreadyExists({ $metadata: {}, message: '' });
    return {};
  });
  const starts = () => sent.filter(({ name }) => name === 'StartExecution').map(({ input }) => input.name);
  return { workflow: sfnReviewWorkflow(client, ARN), sent, starts };
}

test('a review is an execution named by its decision', async () => {
  const { workflow, sent } = withExecutions({});
  await workflow.start('x');
  expect(sent).toEqual([{ name: 'StartExecution', input: { stateMachineArn: ARN, name: 'x', input: '{"id":"x"}' } }]);
});

test.each(['RUNNING', 'SUCCEEDED'])('one that is %s is not started again', async (status) => {
  const { workflow, sent, starts } = withExecutions({ x: status });
  await workflow.start('x');
  expect(starts()).toEqual(['x']);
  expect(sent[1]!.input).toEqual({ executionArn: 'arn:aws:states:eu-west-1:1:execution:Reviews:x' });
});

test.each(['FAILED', 'TIMED_OUT', 'ABORTED'])('one that has %s is started under the next name', async (status) => {
  const { workflow, sent, starts } = withExecutions({ x: status, 'x-1': status });
  await workflow.start('x');
  expect(starts()).toEqual(['x', 'x-1', 'x-2']);
  expect(sent.at(-1)!.input.input).toBe('{"id":"x"}');
});

test('one that keeps failing is given up', async () => {
  const names = ['x', ...Array.from({ length: 20 }, (_, n) => `x-${n + 1}`)];
  const { workflow, starts } = withExecutions(Object.fromEntries(names.map((name) => [name, 'FAILED'])));
  await expect(workflow.start('x')).rejects.toThrow('The review of x failed 10 times.');
  expect(starts()).toHaveLength(10);
});

test('an outage is thrown', async () => {
  const { client } = fakeClient<SFNClient>(() => {
    throw new Error('no network');
  });
  await expect(sfnReviewWorkflow(client, ARN).start('x')).rejects.toThrow('no network');
});

test('a finish wakes the task with the outcome', async () => {
  const { client, sent } = fakeClient<SFNClient>(() => ({}));
  await sfnReviewWorkflow(client, ARN).finish('token', 'approve');
  expect(sent).toEqual([{ name: 'SendTaskSuccess', input: { taskToken: 'token', output: '{"outcome":"approve"}' } }]);
});
