import type { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { readScore, sagemakerModel } from '../../adapters/sagemaker-model';
import { fakeClient } from './fake-client';

const answering = (answer: () => unknown) => {
  const { client, sent } = fakeClient<SageMakerRuntimeClient>(answer);
  return { model: sagemakerModel(client, 'credit-risk'), sent };
};
const patient = new AbortController().signal;

test('sends one row and reads one number', async () => {
  const { model, sent } = answering(() => ({ Body: { transformToString: () => '0.25\n' } }));
  expect(await model.predict('1,2', patient)).toEqual({ score: 0.25 });
  expect(sent).toEqual([
    {
      name: 'InvokeEndpoint',
      input: { EndpointName: 'credit-risk', ContentType: 'text/csv', Accept: 'text/csv', Body: '1,2' },
    },
  ]);
});

test('never throws: a failure is an answer, and says whether time was up', async () => {
  const { model } = answering(() => {
    throw new Error('down');
  });
  expect(await model.predict('1', patient)).toEqual({ failed: 'MODEL_ERROR' });
  expect(await model.predict('1', AbortSignal.abort())).toEqual({ failed: 'MODEL_TIMEOUT' });
  expect(await answering(() => ({})).model.predict('1', patient)).toEqual({ failed: 'MODEL_INVALID' });
});

test.each([
  ['0', 0],
  [' 1e-200\r\n', 1e-200],
  ['.5', 0.5],
  ['1.', 1],
  ['+0.5E-1', 0.05],
  ['-0.5', -0.5],
])('reads %j', (body, score) => expect(readScore(body)).toEqual({ score }));

test.each(['', ' ', '0.1,0.9', '0.1\n0.2', 'NaN', 'Infinity', '0x1', '1_0', '[0.5]', 'null', '.', 'e5', '1e', '0,5'])(
  'takes %j for no answer',
  (body) => expect(readScore(body)).toEqual({ failed: 'MODEL_INVALID' }),
);
