import fc from 'fast-check';
import type { Token } from '../../../core/llm/chat';
import { labelProbability, toBytes } from '../../../core/llm/label-probability';

/** A token with its probability, and those of others in its place. */
const token = (text: string, p = 1, others: Readonly<Record<string, number>> = {}): Token => ({
  bytes: toBytes(text),
  logprob: Math.log(p),
  top: Object.entries({ [text]: p, ...others }).map(([other, q]) => ({ bytes: toBytes(other), logprob: Math.log(q) })),
});
const LABELS = ['spam', 'ham'];
const spam = (tokens: readonly Token[], at: number, labels = LABELS) => labelProbability(tokens, at, labels, 'spam');

test('is the share of the label among what could have stood in its place', () => {
  const answer = [token('{"verdict":"'), token('spam', 0.6, { ham: 0.2, maybe: 0.1 }), token('"}')];
  expect(spam(answer, 12)).toBeCloseTo(0.75, 12);
  expect(labelProbability(answer, 12, LABELS, 'ham')).toBeCloseTo(0.25, 12);
});

test('is the same where the other label was written', () => {
  const answer = [token('{"verdict":"'), token('ham', 0.2, { spam: 0.6, maybe: 0.1 }), token('"}')];
  expect(spam(answer, 12)).toBeCloseTo(0.75, 12);
});

test('counts a label whose tokens are parts of it, and several ways to write one', () => {
  const answer = [token('"v":"'), token('sp', 0.5, { spam: 0.2, h: 0.2, ha: 0.1 }), token('am'), token('"')];
  expect(spam(answer, 5)).toBeCloseTo(0.7, 12);
});

test('goes on along the tokens while they could become either label', () => {
  const labels = ['not spam', 'not sure'];
  const answer = [token('"'), token('not ', 0.9, { yes: 0.1 }), token('s', 1), token('pam"', 0.3, { 'ure"': 0.7 })];
  expect(labelProbability(answer, 1, labels, 'not spam')).toBeCloseTo(0.3, 12);
});

test('tells a label from one that begins with it', () => {
  const labels = ['spam', 'spam?'];
  const answer = [token('"'), token('spam', 0.9), token('"', 0.8, { '?"': 0.2 })];
  expect(spam(answer, 1, labels)).toBeCloseTo(0.8, 12);
});

test('reads a token that began before the value', () => {
  const answer = [token('{"v":'), token('"spam', 0.6, { '"ham': 0.4, null: 0.3 }), token('"}')];
  expect(spam(answer, 6)).toBeCloseTo(0.6, 12);
});

test('counts bytes, so that what was said before may end inside a character', () => {
  const [first, second] = [toBytes('é').slice(0, 1), toBytes('é').slice(1)];
  const half = (bytes: string): Token => ({ bytes, logprob: 0, top: [] });
  const answer = [
    token('"'),
    half(first),
    half(second),
    token('","v":"'),
    token('spam', 0.6, { ham: 0.4 }),
    token('"'),
  ];
  expect(spam(answer, 10)).toBeCloseTo(0.6, 12);
});

test('is unknown where the tokens are missing, end early or say something else', () => {
  expect(spam([], 0)).toBeUndefined();
  expect(spam([token('"'), token('other"', 0.5, { spam: 0.5 })], 1)).toBeUndefined();
  expect(labelProbability([token('"'), token('not ', 0.5)], 1, ['not a', 'not b'], 'not a')).toBeUndefined();
});

test('is from 0 to 1, and the labels’ add up to 1, whatever the tokens', () => {
  const piece = fc.constantFrom('s', 'sp', 'spam', 'spam"', 'h', 'ham', 'ham"', '"', 'am"', 'x', '');
  const probability = fc.double({ min: 0, max: 1, noNaN: true });
  const tokens = fc.array(fc.record({ text: piece, p: probability, others: fc.dictionary(piece, probability) }));
  fc.assert(
    fc.property(tokens, fc.nat(4), (parts, at) => {
      const answer = parts.map(({ text, p, others }) => token(text, p, others));
      const both = LABELS.map((label) => labelProbability(answer, at, LABELS, label));
      if (both[0] === undefined) return;
      expect(both[0]).toBeGreaterThanOrEqual(0);
      expect(both[0] + both[1]!).toBeCloseTo(1, 9);
    }),
    { seed: 6, numRuns: 1_000 },
  );
});
