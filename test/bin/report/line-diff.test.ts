import fc from 'fast-check';
import { lineDiff } from '../../../bin/report/line-diff';

const side = (lines: ReturnType<typeof lineDiff>, gone: 'removed' | 'added') =>
  lines.filter(({ kind }) => kind !== gone).map(({ text }) => text);

test('holds both texts, each in its order, and as much of them in common as can be', () => {
  const texts = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 });
  fc.assert(
    fc.property(texts, texts, (before, after) => {
      const lines = lineDiff(before, after);
      expect(side(lines, 'added')).toEqual(before);
      expect(side(lines, 'removed')).toEqual(after);
    }),
    { seed: 6 },
  );
});

test('is the fewest removals and additions', () => {
  const kinds = lineDiff(['a', 'b', 'c', 'd'], ['a', 'x', 'c', 'd', 'e']).map(({ kind, text }) => `${kind} ${text}`);
  expect(kinds).toEqual(['same a', 'removed b', 'added x', 'same c', 'same d', 'added e']);
  expect(lineDiff(['a'], ['a'])).toEqual([{ kind: 'same', text: 'a' }]);
});
