import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { toItem } from '../../../adapters/dynamo-decision-store';
import { type ReadRecord, readRecords } from '../../../bin/history/read-records';
import type { DecisionRecord } from '../../../core/decision/decision';
import { labelRecord } from '../../../core/decision/truth';
import { decidedRecord, idOf, pendingRecord } from '../../core/review/loans';
import { scratchPath } from '../scratch';

const truth = { label: 'good', at: '2026-12-01T00:00:00.000Z', by: 'x' };
const RECORDS: readonly DecisionRecord[] = [
  pendingRecord(idOf(1), { gaps: { accounts: 'stale' }, backlog: 3 }),
  // What the table has no numbers for, and texts that are more than one line to some.
  decidedRecord(idOf(2), { modelScore: 1e-140, input: { amount: 1e-200, note: 'a\u2028"b"\n' } }),
  labelRecord(decidedRecord(idOf(3), { sampled: 'approve' }), truth),
];
const plain = RECORDS.map((record) => JSON.stringify(record));
const exported = RECORDS.map((record) => JSON.stringify({ Item: toItem(record) }));
const scanned = RECORDS.map((record) => JSON.stringify(toItem(record)));
const text = (lines: readonly string[]) => `${lines.join('\n')}\n`;

function file(name: string, content: string | Uint8Array): string {
  const path = scratchPath(name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

async function read(path: string): Promise<ReadRecord[]> {
  const found: ReadRecord[] = [];
  for await (const one of readRecords(path)) found.push(one);
  return found;
}
const recordsOf = async (path: string) => (await read(path)).map((one) => ('record' in one ? one.record : one.problem));

describe('a file', () => {
  test.each([
    ['records', 'records.jsonl', text(plain)],
    ['items of an export', 'export.json', text(exported)],
    ['items of a scan', 'scan.ndjson', text(scanned)],
    ['zipped records', 'records.jsonl.gz', gzipSync(text(plain))],
    ['a zipped export', 'export.json.gz', gzipSync(text(exported))],
  ])('of %s gives them as they were written', async (_, name, content) => {
    expect(await recordsOf(file(name, content))).toStrictEqual(RECORDS);
  });

  test('counts its lines, and says where one is no decision, and goes on', async () => {
    const { input: _, ...damaged } = RECORDS[1]!;
    const state = { Item: { pk: { S: 'mode' }, mode: { S: 'halt' } } };
    const unnamed = { Item: { id: 'text' } };
    const broken = { Item: { ...toItem(RECORDS[1]!), input: { S: '{' } } };
    const others = [damaged, state, unnamed, broken].map((line) => JSON.stringify(line));
    const path = file('mixed.jsonl', text([plain[0]!, '', ...others, plain[2]!]));
    expect(await read(path)).toEqual([
      { number: 0, done: 1, record: RECORDS[0] },
      ...[1, 2, 3, 4].map((n) => ({ number: n, done: 1, problem: `${path}, line ${n + 2}: is no recorded decision` })),
      { number: 5, done: 1, record: RECORDS[2] },
    ]);
  });

  test.each([
    ['a.jsonl', 'id,label\n', /a\.jsonl, line 1: .*JSON/],
    ['b.jsonl.gz', 'no zip', /b\.jsonl\.gz cannot be unzipped: incorrect header check/],
    ['c.jsonl.gz', gzipSync(text(plain)).subarray(0, 200), /c\.jsonl\.gz cannot be unzipped: unexpected end/],
  ])('%s is refused', async (name, content, message) => {
    await expect(read(file(name, content))).rejects.toThrow(message);
  });

  test('must be there', async () => {
    await expect(read(scratchPath('missing.jsonl'))).rejects.toThrow(/There is no file/);
  });

  test('that has a decision twice would have it count twice, and is refused', async () => {
    const path = file('twice.jsonl', text([plain[0]!, plain[1]!, plain[0]!]));
    await expect(read(path)).rejects.toThrow(/twice\.jsonl, line 3: decision 01J0+1 is there twice\. Name one export/);
  });

  test('is left alone when nobody wants more of it', async () => {
    const many = Array.from({ length: 5_000 }, (_, i) => JSON.stringify(pendingRecord(idOf(i))));
    const path = file('long.jsonl.gz', gzipSync(text(many)));
    for await (const { number } of readRecords(path)) if (number === 2) break;
    expect(await read(path)).toHaveLength(5_000);
  });
});

describe('a folder', () => {
  test('is an export as it lies in S3: the data without what describes it', async () => {
    const folder = 'synced/AWSDynamoDB/0173-ab';
    for (const part of ['manifest-summary.json', 'manifest-files.json', 'manifest-files.checksum', '_started'])
      file(join(folder, part), '{"version":"2020-06-30"}\n');
    file(join(folder, 'data/a.json.gz'), gzipSync(text(exported.slice(0, 1))));
    file(join(folder, 'data/b.json.gz'), gzipSync(''));
    file(join(folder, 'data/c.json.gz'), gzipSync(text(exported.slice(1))));
    const found = await read(scratchPath('synced'));
    expect(found.map((one) => 'record' in one && one.record)).toStrictEqual(RECORDS);
    expect(found.map(({ number }) => number)).toEqual([0, 1, 2]);
    const shares = found.map(({ done }) => done);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares[0]).toBeLessThan(1);
    expect(shares.at(-1)).toBe(1);
  });

  test('of two exports would count decisions twice', async () => {
    for (const name of ['one', 'two']) file(`both/${name}/manifest-summary.json`, '{}');
    await expect(read(scratchPath('both'))).rejects.toThrow(
      /both holds 2 exports of the table\. Name the folder of one/,
    );
  });

  test('without anything to read is refused', async () => {
    file('empty/data/a.ion.gz', '');
    await expect(read(scratchPath('empty'))).rejects.toThrow(/holds no \.json, \.jsonl or \.ndjson file/);
  });
});
