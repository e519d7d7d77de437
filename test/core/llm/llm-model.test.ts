import { asking, saying, text, triage, triageWith, usage, verdict } from './triage';

const pipeline = triageWith();
const { hash } = pipeline.llm!.live;

test('the score is the probability of the label, whichever was said', async () => {
  expect(await asking(pipeline, saying(verdict('spam', 0.9))).answer()).toMatchObject({
    score: expect.closeTo(0.9, 12),
  });
  expect(await asking(pipeline, saying(verdict('ham', 0.9))).answer()).toMatchObject({
    score: expect.closeTo(0.1, 12),
  });
});

test('the answer tells which prompt was asked, and what that took', async () => {
  const { llm } = await asking(pipeline, saying(verdict('spam', 0.9))).answer();
  expect(llm).toEqual({
    prompt: '1',
    promptHash: hash,
    calls: 1,
    ...usage,
    firstTokenMs: 12,
    answer: { verdict: 'spam' },
  });
});

test('the request has the rendered prompt, the limit, the schema, and asks for alternatives to each token', async () => {
  const { asked, answer } = asking(pipeline, saying(verdict('spam')));
  await answer();
  expect(asked[0]).toMatchObject({ mostTokens: 50, samples: 1, temperature: 0, topLogprobs: 5 });
  expect(asked[0]!.schema).toMatchObject({ additionalProperties: false, required: ['verdict'] });
  expect(asked[0]!.messages[1]!.content).toContain('<data name="subject">\nWin!\n</data>, with 3 links');
});

test('an answer that is longer than a record has room for decides, and is not kept', async () => {
  const long = { ...verdict('spam', 0.9), text: `{"verdict":"spam","why":"${'x'.repeat(20_000)}"}` };
  const { llm, ...scored } = await asking(pipeline, saying(long)).answer();
  expect(scored).toEqual({ score: expect.closeTo(0.9, 12) });
  expect(llm).not.toHaveProperty('answer');
});

test('an endpoint that cannot be held to a schema is not told of one', async () => {
  const { asked, answer } = asking(triageWith({ guided: false }), saying(verdict('spam')));
  await answer();
  expect(asked[0]!.schema).toBeUndefined();
});

test('an answer that does not fit is asked for once more, with what is wrong with it', async () => {
  const { asked, answer } = asking(pipeline, saying(text('It is spam, I think.')), saying(verdict('spam', 0.8)));
  const { llm, ...scored } = await answer();
  expect(scored).toEqual({ score: expect.closeTo(0.8, 12) });
  expect(llm).toMatchObject({ calls: 2, inputTokens: 80, outputTokens: 12, firstTokenMs: 12 });
  const [said, told] = asked[1]!.messages.slice(-2);
  expect(said).toEqual({ role: 'assistant', content: 'It is spam, I think.' });
  expect(told!.content).toMatch(/not one JSON object.*JSON Schema.*"verdict"/s);
});

test.each([
  ['prose twice', saying(text('no')), saying(text('no'))],
  ['a label that is none', saying(text('{"verdict":"phishing"}')), saying(text('{"verdict":"phishing"}'))],
  ['answers cut off', saying(text('{"verd', false)), saying(text('{"verdict":"spam"}', false))],
  ['no log-probabilities', saying(text('{"verdict":"spam"}')), saying(text('{"verdict":"spam"}'))],
])('gives up after %s', async (_, first, second) => {
  const { asked, answer } = asking(pipeline, first, second, saying(verdict('spam')));
  expect(await answer()).toMatchObject({ failed: 'MODEL_INVALID', llm: { calls: 2 } });
  expect(asked).toHaveLength(2);
});

test('a failure is passed on, and not asked again', async () => {
  const { asked, answer } = asking(pipeline, { failed: 'MODEL_STALLED' });
  expect(await answer()).toEqual({
    failed: 'MODEL_STALLED',
    llm: { prompt: '1', promptHash: hash, calls: 1, inputTokens: 0, outputTokens: 0 },
  });
  expect(asked).toHaveLength(1);
});

test('where the second call fails, the first is still counted', async () => {
  const { answer } = asking(pipeline, saying(text('no')), { failed: 'MODEL_TIMEOUT' });
  expect(await answer()).toMatchObject({ failed: 'MODEL_TIMEOUT', llm: { calls: 2, inputTokens: 40 } });
});

describe('by samples', () => {
  const voting = triageWith({ confidence: { by: 'samples', samples: 5 } });
  const [yes, no, odd] = [text('{"verdict":"spam"}'), text('{"verdict":"ham","why":"a friend"}'), text('hm')];

  test('the score is the share of the answers that say so', async () => {
    const { asked, answer } = asking(voting, saying(no, yes, no, no, yes));
    expect(await answer()).toMatchObject({ score: 0.4, llm: { answer: { verdict: 'ham', why: 'a friend' } } });
    expect(asked[0]).toMatchObject({ samples: 5, temperature: 0.7, topLogprobs: 0 });
  });

  test('what cannot be read has no vote', async () => {
    expect(await asking(voting, saying(yes, odd, yes, no, odd)).answer()).toMatchObject({ score: 2 / 3 });
  });

  test('where most cannot be read all are asked for once more', async () => {
    const { asked, answer } = asking(voting, saying(yes, odd, odd, no, odd), saying(yes, yes, yes, yes, yes));
    expect(await answer()).toMatchObject({ score: 1, llm: { calls: 2 } });
    expect(asked[1]!.messages.at(-2)!.content).toBe('hm');
  });
});

test('the definition of the tests is one that can be deployed', () => {
  expect(pipeline.definition.name).toBe(triage.name);
});
