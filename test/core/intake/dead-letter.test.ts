import { type DeadLetter, MOST_LETTER, letterText } from '../../../core/intake/dead-letter';
import { hashText } from '../../../core/decision/id';

const letter: DeadLetter = { code: 'INPUT_INVALID', messageId: 'm', key: 'k', body: '{"input":{}}' };
const read = (one: DeadLetter): unknown => {
  const text = letterText(one);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MOST_LETTER);
  return JSON.parse(text);
};

test('holds all there is', () => {
  expect(read(letter)).toEqual({ ...letter, problems: [] });
});

test('tells the body’s size and hash where it would make the letter too large', () => {
  // Shorter than the limit; as a string in JSON, longer.
  const body = '"é'.repeat(300_000);
  const { code, messageId, key } = letter;
  const told = { code, messageId, key, bodySize: 900_000, bodyHash: hashText(body) };
  expect(read({ ...letter, body })).toEqual({ ...told, problems: [] });
  const problems = [{ pointer: `/${'x'.repeat(MOST_LETTER)}`, code: 'UNKNOWN_FIELD', detail: 'is none' }];
  expect(read({ ...letter, body, problems })).toEqual(told);
});

test('is a message that SQS takes, whatever members are named', () => {
  const problems = [{ pointer: '/input/\uffff\ufffe', code: 'UNKNOWN_FIELD', detail: 'is none' }];
  expect(letterText({ ...letter, problems })).toMatch(/^[\t\n\r\u0020-\ufffd]*$/);
  expect(read({ ...letter, problems })).toEqual({ ...letter, problems });
});
