import { plumbline } from '../plumbline';
import { scratchFile } from '../scratch';

const lines = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).join('\n');
const right = { a: 'How do I reset my password?', b: 'How can I reset my password?', same: true };
const pairs = scratchFile(
  'pairs.jsonl',
  lines([
    right,
    { a: 'Approve this loan', b: 'Do not approve this loan', same: false },
    { a: 'Hello there', b: 'The bill is wrong', same: false },
  ]),
);
const wrong = scratchFile('wrong.jsonl', lines([{ ...right, same: false }, right]));

test('says of each pair whether it is a hit and which guard refused it, and what it came to', async () => {
  const { code, stdout } = await plumbline(['cache', '--pairs', pairs, '--threshold', '0.8', '--json']);
  expect(code).toBe(0);
  const [hit, negated, other, end] = stdout.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>); // prettier-ignore
  expect(hit).toEqual({ hit: true, wrong: false, similarity: expect.any(Number) });
  expect(negated).toEqual({ hit: false, wrong: false, similarity: expect.any(Number), guard: 'negation' });
  expect(negated!.similarity).toBeGreaterThan(0.7);
  expect(other).toMatchObject({ hit: false, guard: 'wording' });
  expect(end).toMatchObject({
    totals: {
      pairs: 3,
      hits: 1,
      wrongHits: 0,
      misses: 2,
      proven: false,
      threshold: { from: 'given', values: [0.8, 0.8] },
      guards: { negation: 1, wording: 1 },
    },
  });
});

test('no pair has a say in the threshold it is judged by, and more wrong hits than allowed are an exit code', async () => {
  const { code, stdout } = await plumbline(['cache', '--pairs', wrong, '--json']);
  const [first, second, end] = stdout.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>); // prettier-ignore
  // The wrong one is judged by the other, which is right; and the right one by the wrong.
  expect([first!.wrong, second!.hit, code]).toEqual([true, false, 1]);
  expect(end).toMatchObject({ totals: { threshold: { from: 'the other half', values: [0.8, null] } } });
  expect((await plumbline(['cache', '--pairs', wrong, '--wrong-hits', '1'])).code).toBe(0);
});

test('prints a table for people', async () => {
  const { code, stdout } = await plumbline(['cache', '--pairs', pairs, '--threshold', '0.8']);
  expect([code, stdout]).toEqual([0, expect.stringMatching(/hits +1 [\s\S]*wrong hits +0 [\s\S]*misses +2/)]);
});

test.each([
  ['no file', [], /Give --pairs/],
  ['no pairs', ['--pairs', scratchFile('none.jsonl', '')], /has no pairs/],
  ['lines without a label', ['--pairs', scratchFile('odd.jsonl', '{"a":"x","b":"y"}\n{"b":""}')], /row 1: "same" must be true or false\.\n.*row 2: "a" must be a text, "b" must be a text, "same"/],
  ['no JSON', ['--pairs', scratchFile('broken.jsonl', 'a')], /broken\.jsonl, line 1: /],
  ['a threshold beyond one', ['--pairs', pairs, '--threshold', '80'], /--threshold must be a number from -1 to 1/],
  ['a share beyond one', ['--pairs', pairs, '--wrong-hits', '5'], /--wrong-hits must be a number from 0 to 1/],
])('%s is refused with what to do', async (_, args, message) => {
  const { code, stderr } = await plumbline(['cache', ...args]);
  expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
}); // prettier-ignore
