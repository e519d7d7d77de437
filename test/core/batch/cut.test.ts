import fc from 'fast-check';
import { type Chunk, type Cursor, cut } from '../../../core/batch/cut';
import { type Line, linesOf } from '../../../core/batch/lines';

const START: Cursor = { chunk: 0, from: 0, line: 1, total: 0 };

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** Cuts a text, `most` chunks a time. */
async function cutAll(text: string, { most = 3, size = 7 } = {}) {
  const bytes = Buffer.from(text);
  const chunks: Chunk[] = [];
  for (let cursor = START; ;) {
    const result = await cut(pieces(bytes.subarray(cursor.from), size), cursor, most, async (chunk) => {
      chunks.push(chunk);
    });
    if ('fault' in result) throw new Error(result.fault);
    if ('end' in result) return { chunks, end: result.end };
    cursor = result.next;
  }
}

async function read(text: string, { from, to, line }: Pick<Chunk, 'from' | 'to' | 'line'>): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const one of linesOf(pieces(Buffer.from(text).subarray(from, to), 5), line, 1_000)) lines.push(one);
  return lines;
}

/** JavaScript trims them; JSON does not. */
const NOT_BLANK = ['\u00a0', '\f', '\u2028 ', '\ufeff'];

test('chunks hold every line once, with its number, however the bytes arrive and the work is split', async () => {
  const line = fc.oneof(
    fc.string({ maxLength: 30, unit: 'grapheme' }).map((text) => text.replace(/[\r\n\v\f\u2028\u2029\uFEFF]/g, '')),
    fc.constantFrom('', '  ', '\t\r', ' '.repeat(2_000), ...NOT_BLANK),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { maxLength: 700 }),
      fc.boolean(),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 50 }),
      async (lines, ended, most, size) => {
        const text = lines.join('\n') + (ended ? '\n' : '');
        const { chunks, end } = await cutAll(text, { most, size });
        const expected = lines.flatMap((one, i) =>
          /^[ \t\r]*$/.test(one) ? [] : [{ line: i + 1, text: one.replace(/^\uFEFF/, '') }],
        );
        expect((await Promise.all(chunks.map((chunk) => read(text, chunk)))).flat()).toEqual(expected);
        expect(chunks.map(({ chunk }) => chunk)).toEqual(chunks.map((_, i) => i));
        expect([end.chunk, end.from]).toEqual([chunks.length, Buffer.byteLength(text)]);
        expect(end.total).toBe(expected.length);
      },
    ),
    { numRuns: 60, seed: 5 },
  );
});

test('a chunk has a hundred lines at most, or ends with the line that makes it large', async () => {
  const { chunks } = await cutAll('{}\n'.repeat(250));
  expect(chunks.map(({ line }) => line)).toEqual([1, 101, 201]);
  const large = await cutAll(`${'x'.repeat(200_000)}\n`.repeat(4), { size: 65_536 });
  expect(large.chunks.map(({ line }) => line)).toEqual([1, 3]);
});

test('a file that is not one of lines is refused before it is read to its end', async () => {
  let given = 0;
  async function* endless() {
    for (;;) {
      given++;
      yield new Uint8Array(1024 * 1024).fill(120);
    }
  }
  expect(await cut(endless(), START, 10, async () => undefined)).toEqual({ fault: 'LINE_TOO_LONG' });
  expect(given).toBeLessThan(20);
});

test('a line that is too long, or not UTF-8, is named without being kept', async () => {
  const text = Buffer.concat([Buffer.from(`a\n${'b'.repeat(2_000)}\n`), Buffer.from([0xff, 0xfe]), Buffer.from('\nc')]);
  const lines: Line[] = [];
  for await (const line of linesOf(pieces(text, 100), 1, 1_000)) lines.push(line);
  expect(lines).toEqual([
    { line: 1, text: 'a' },
    { line: 2, fault: 'LINE_TOO_LONG' },
    { line: 3, fault: 'NOT_UTF8' },
    { line: 4, text: 'c' },
  ]);
});
