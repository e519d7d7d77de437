import { compileSchema } from '../../../core/input/compile-schema';
import type { Choice, Token } from '../../../core/llm/chat';
import { toBytes } from '../../../core/llm/label-probability';
import { readAnswer, scoreOfTokens } from '../../../core/llm/read-answer';

const schema = {
  type: 'object',
  properties: { why: { type: 'string' }, verdict: { type: 'string', enum: ['spam', 'ham'] } },
  required: ['verdict'],
  additionalProperties: false,
};
const expected = {
  answer: { schema, label: 'verdict' },
  probabilityOf: 'spam',
  labels: ['spam', 'ham'],
  validate: compileSchema(schema),
};
const choice = (text: string, tokens: readonly Token[] = [], whole = true): Choice => ({ text, tokens, whole });
const read = (text: string) => readAnswer(choice(text), expected);

test.each([
  '{"verdict":"spam"}',
  '  {"why":"a prize","verdict":"spam"}\n',
  '```json\n{"verdict":"spam"}\n```',
  '```\n{"verdict": "spam"}\n```\n',
])('reads %j', (text) => {
  expect(read(text)).toMatchObject({ label: 'spam', value: { verdict: 'spam' } });
});

test.each([
  ['This is spam.', /not one JSON object/],
  ['{"verdict":"spam"} I hope this helps', /not one JSON object/],
  ['{"verdict":"spam"', /not one JSON object/],
  ['{"verdict":"spam",}', /not JSON/],
  ['{"verdict":"spam","verdict":"ham"}', /more than once/],
  ['{"verdict":"phishing"}', /^\/verdict must be one of \["spam","ham"\]$/],
  ['{"why":"no verdict"}', /^\/verdict is required$/],
  ['{"verdict":"ham","deliver":true}', /^\/deliver is not a field/],
])('says what is wrong with %j', (text, fault) => {
  const answer = read(text);
  expect('faults' in answer && answer.faults.join()).toMatch(fault);
});

test('an answer that was cut off is none, even where it looks whole', () => {
  expect(readAnswer(choice('{"verdict":"spam"}', [], false), expected)).toEqual({
    faults: ['it was cut off before its end'],
  });
});

test('takes no longer over a hostile text than over a plain one', () => {
  for (const text of ['{'.repeat(50_000), `{${' '.repeat(50_000)}`, '}'.repeat(50_000), `{"a":"${'\\'.repeat(49_999)}`])
    expect(read(text)).toHaveProperty('faults');
});

const tokensOf = (...pieces: readonly string[]): Token[] =>
  pieces.map((text) => ({
    bytes: toBytes(text),
    logprob: text === 'spam' ? Math.log(0.7) : 0,
    top: text === 'spam' ? [{ bytes: 'ham', logprob: Math.log(0.3) }] : [],
  }));

test.each([
  [['{"', 'verdict', '":"', 'spam', '"}']],
  // The name of the label stands elsewhere as well: in a text, and in an object inside.
  [['{"why":"the verdict: ', 'ham', '","', 'verdict', '": "', 'spam', '"}']],
  [['{"why":"é\\"verdict\\":\\"","', 'verdict', '":"', 'spam', '"}']],
  [['```json\n', '{"', 'verdict', '":"', 'spam', '"}', '\n```']],
])('the score is the probability of the tokens that write the label in %j', (pieces) => {
  expect(scoreOfTokens(choice(pieces.join(''), tokensOf(...pieces)), expected)).toBeCloseTo(0.7, 12);
});

test('without tokens there is no score', () => {
  expect(scoreOfTokens(choice('{"verdict":"spam"}'), expected)).toBeUndefined();
});
