/**
 * How fast labelled history runs through the example, in a heap that could not hold it.
 * Run: npx tsx bench/simulate.ts [rows, a million by default]
 */
import { spawnSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const ROOT = join(__dirname, '..');
const CREDIT = join(ROOT, 'examples/credit-risk');
export const HEAP_MB = 64;

/** Writes a history of applications: those of the example over and over, with other amounts, so that few score alike. */
export async function writeHistory(file: string, rows: number): Promise<void> {
  const [header, ...lines] = readFileSync(join(CREDIT, 'data/german-credit.csv'), 'utf8').trim().split(/\r?\n/);
  const amount = header!.split(',').indexOf('credit_amount');
  function* text() {
    yield `${header}\n`;
    for (let row = 0; row < rows; row++) {
      const cells = lines[row % lines.length]!.split(',');
      cells[amount] = String(250 + ((row * 7_919) % 14_000));
      yield `${cells.join(',')}\n`;
    }
  }
  await pipeline(Readable.from(text()), createWriteStream(file));
}

async function measure(rows: number): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'plumbline-bench-'));
  try {
    const file = join(scratch, 'history.csv');
    await writeHistory(file, rows);
    const args = ['simulate', CREDIT, '--data', file, '--no-report', '--json'];
    const started = performance.now();
    const { status, stderr } = spawnSync(
      process.execPath,
      [`--max-old-space-size=${HEAP_MB}`, join(ROOT, 'bin/plumbline.js'), ...args],
      { encoding: 'utf8', maxBuffer: Infinity },
    );
    if (status !== 0) throw new Error(stderr);
    const seconds = (performance.now() - started) / 1_000;
    console.log(
      `${rows.toLocaleString('en')} rows in ${seconds.toFixed(1)} s, ${Math.round(rows / seconds).toLocaleString('en')} a second, in a heap of ${HEAP_MB} MB`,
    );
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

if (require.main === module) void measure(Number(process.argv[2] ?? 1_000_000));
