import { encode } from 'gpt-tokenizer/encoding/cl100k_base';
import { countTokens as countNewer } from 'gpt-tokenizer/encoding/o200k_base';
import { estimateTokens, tokensIn } from '../../../core/llm/tokens';
import { randomOf } from '../../../core/random';
import { guardTexts } from '../../../bench/tokens';

const BODY = 256 * 1024;
const random = randomOf(7);
const letters = Array.from({ length: BODY }, () => String.fromCharCode(97 + Math.floor(random() * 26))).join('');
const texts = guardTexts();

test('texts are counted as their vocabulary counts them', () => {
  for (const text of texts.filter((one) => !/\S{129}|\s{129}/u.test(one)))
    expect(tokensIn(text)).toBe(encode(text, { disallowedSpecial: new Set() }).length);
  expect(tokensIn('')).toBe(0);
});

test('long texts are counted as their vocabulary counts them, wherever they are parted', () => {
  for (const glue of [' ', '\n', '\n  \n', '.\n\n', '  ', "'s "]) {
    const long = texts.filter((one) => !/\S{120}|\s{120}/u.test(one)).join(glue);
    expect(tokensIn(long)).toBe(encode(long, { disallowedSpecial: new Set() }).length);
  }
});

test.each([
  ['a long word', letters],
  ['many words', `${letters.slice(0, 64)} `.repeat(4_000)],
])('counting %s ends once there are too many', (_, text) => {
  const whole = estimateTokens(text);
  const few = estimateTokens(text, 2_000);
  expect(few).toBeGreaterThan(2_000);
  expect(few).toBeLessThan(6_000);
  expect(estimateTokens(text, whole)).toBe(whole);
});

test('what looks like a control token is counted as text', () => {
  expect(tokensIn('<|endoftext|> and <|im_start|>')).toBeGreaterThan(8);
});

test('the estimate covers 99 of 100 texts in another vocabulary too, and takes a tenth too much of the usual', () => {
  const all = { disallowedSpecial: new Set<string>() };
  const covered = texts.filter((text) => countNewer(text, all) <= estimateTokens(text));
  expect(covered.length / texts.length).toBeGreaterThan(0.99);
  const sum = (counts: number[]) => counts.reduce((total, count) => total + count, 0);
  expect(sum(texts.map(estimateTokens)) / sum(texts.map(tokensIn))).toBeLessThan(1.12);
});

test.each([
  ['one letter', 'a'.repeat(BODY)],
  ['random letters', letters],
  ['blanks', ' '.repeat(BODY)],
  ['line ends', '\n'.repeat(BODY)],
  ['marks', '!?'.repeat(BODY / 2)],
  ['ideographs', '預算'.repeat(BODY / 6)],
  ['emoji', '🙂'.repeat(BODY / 4)],
])('a body full of %s takes as long as its length says, not the square of it', (_, text) => {
  const seconds = (part: string) => {
    const began = process.hrtime.bigint();
    tokensIn(part);
    return Number(process.hrtime.bigint() - began) / 1e9;
  };
  // In one piece, each of these takes a minute and more.
  expect(seconds(text)).toBeLessThan(20);
});

test('a cut costs at most a token', () => {
  const word = letters.slice(0, 4_096);
  const whole = encode(word).length;
  expect(tokensIn(word)).toBeGreaterThanOrEqual(whole);
  expect(tokensIn(word)).toBeLessThanOrEqual(whole + 4_096 / 128);
});
