import { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { localEmbedder } from '../../adapters/local-embedder';
import { readEmbeddings, sagemakerEmbedder } from '../../adapters/sagemaker-embedder';
import { cosine, quantise } from '../../core/llm/cache/lsh';

const never = new AbortController().signal;

describe('embeddings of an endpoint', () => {
  const vectors = [
    [0.5, 1],
    [-1, 2e-3],
  ];
  test.each([
    ['vectors', vectors],
    ['named vectors', { embeddings: vectors }],
    ['rows', { data: vectors.map((embedding) => ({ embedding })) }],
    ['numbered rows in any order', { data: vectors.map((embedding, index) => ({ index, embedding })).reverse() }],
  ])('%s are read', (_, body) => {
    expect(readEmbeddings(JSON.stringify(body), 2, 2)).toEqual({ vectors });
  });

  test.each([
    '', '[]', 'null', '{}', '[[1,2]]', '[[1,2],[1]]', '[[1,2],[1,"2"]]', '[[1,2],[1,null]]', '[[1,2],[0,0]]', '[[1,2],[1,1e999]]',
    '{"data":[null,null]}', '{"data":{}}', '[1,2]',
  ])('%s is no answer', (body) => {
    expect(readEmbeddings(body, 2, 2)).toEqual({ failed: 'EMBEDDING_INVALID' });
  }); // prettier-ignore

  test('an endpoint that is not there, or late, is a failure and no exception', async () => {
    const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
    const client = new SageMakerRuntimeClient({
      region: 'us-east-1',
      endpoint: 'http://127.0.0.1:1',
      maxAttempts: 1,
      credentials,
    });
    const embedder = sagemakerEmbedder(client, 'embeddings', 2);
    expect(await embedder.embed(['a'], never)).toEqual({ failed: 'EMBEDDING_ERROR' });
    expect(await embedder.embed(['a'], AbortSignal.abort())).toEqual({ failed: 'EMBEDDING_TIMEOUT' });
  });
});

test('the local model finds paraphrases near and others far, and negation near: why there are guards', async () => {
  const embedder = (await localEmbedder())!;
  const answer = await embedder.embed(
    [
      'How do I reset my password?',
      'How can I reset the password?',
      'The parcel is heavy',
      'approve this loan',
      'do not approve this loan',
    ],
    never,
  );
  if ('failed' in answer) throw new Error(answer.failed);
  const [a, b, c, yes, no] = answer.vectors;
  expect(cosine(a!, b!)).toBeGreaterThan(0.85);
  expect(cosine(a!, c!)).toBeLessThan(0.3);
  expect(cosine(yes!, no!)).toBeGreaterThan(0.8);
  expect(Math.abs(cosine(quantise([...a!]), quantise([...b!])) - cosine(a!, b!))).toBeLessThan(0.01);
  expect(await embedder.embed(['  '], never)).toEqual({ failed: 'EMBEDDING_INVALID' });
  expect(await embedder.embed(['a'], AbortSignal.abort())).toEqual({ failed: 'EMBEDDING_TIMEOUT' });
});
