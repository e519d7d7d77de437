/**
 * Which vocabulary estimates tokens on the request path, and how well: npx tsx bench/tokens.ts
 * The size of each as the bundler makes it, the time until its first count in a new process, its speed, how far the
 * vocabularies differ on the texts of bench/guards/data, and what hostile bodies of 256 KB cost.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { countTokens as cl100k } from 'gpt-tokenizer/encoding/cl100k_base';
import { countTokens as o200k } from 'gpt-tokenizer/encoding/o200k_base';
import { countTokens as p50k } from 'gpt-tokenizer/encoding/p50k_base';
import { tokensIn } from '../core/llm/tokens';
import { randomOf } from '../core/random';

const ROOT = join(__dirname, '..');
const STARTS = 7;
const KB = 1024;
const ANY_TEXT = { disallowedSpecial: new Set<string>() };

/** All texts that the guards were trained and measured on: a dozen languages, mails, code, attacks. */
export function guardTexts(): string[] {
  const folder = join(ROOT, 'bench', 'guards', 'data');
  return readdirSync(folder)
    .filter((file) => file.endsWith('.jsonl'))
    .sort()
    .flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n'))
    .filter((line) => line.trim() !== '')
    .map((line) => (JSON.parse(line) as { text: string }).text);
}

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;

/** Size of the bundle in KB, and milliseconds until a new process has counted once. */
async function costOf(vocabulary: string, folder: string): Promise<{ size: number; start: number }> {
  const outfile = join(folder, `${vocabulary}.mjs`);
  const contents = `export { countTokens } from 'gpt-tokenizer/encoding/${vocabulary}';`;
  const esm = { bundle: true, minify: true, platform: 'node', target: 'node20', format: 'esm' } as const;
  await build({ ...esm, mainFields: ['module', 'main'], stdin: { contents, resolveDir: ROOT }, outfile });
  const script = `const began = performance.now(); (await import(${JSON.stringify(outfile)})).countTokens('once'); console.log(performance.now() - began)`;
  const times = Array.from({ length: STARTS }, () =>
    Number(execFileSync(process.execPath, ['--input-type=module', '-e', script])),
  );
  times.sort((a, b) => a - b);
  return { size: statSync(outfile).size / KB, start: at(times, 0.5) };
}

const timed = (work: () => number): { count: number; ms: number } => {
  const began = performance.now();
  const count = work();
  return { count, ms: performance.now() - began };
};

async function main(): Promise<void> {
  const print = (text: string) => void process.stdout.write(`${text}\n`);
  const texts = guardTexts();
  const counters = { cl100k_base: cl100k, o200k_base: o200k, p50k_base: p50k };
  const folder = mkdtempSync(join(tmpdir(), 'tokens-'));
  print('| vocabulary | bundle | first count | speed |\n| --- | ---: | ---: | ---: |');
  for (const [name, count] of Object.entries(counters)) {
    const { size, start } = await costOf(name, folder);
    const all = () => texts.reduce((sum, text) => sum + count(text, ANY_TEXT), 0);
    all();
    const { count: tokens, ms } = timed(all);
    print(
      `| ${name} | ${size.toFixed(0)} KB | ${start.toFixed(0)} ms | ${(tokens / ms / 1000).toFixed(1)} M tokens/s |`,
    );
  }
  rmSync(folder, { recursive: true });

  print(
    `\n| of ${texts.length} texts | in all | median | 95 % | 99 % | most |\n| --- | ---: | ---: | ---: | ---: | ---: |`,
  );
  const pairs = [
    ['o200k_base', 'cl100k_base'],
    ['cl100k_base', 'o200k_base'],
    ['p50k_base', 'cl100k_base'],
  ] as const;
  for (const [other, own] of pairs) {
    const counts = texts.map((text) => [counters[other](text, ANY_TEXT), counters[own](text, ANY_TEXT)] as const);
    const sum = (i: 0 | 1) => counts.reduce((total, pair) => total + pair[i], 0);
    const ratios = counts.map(([a, b]) => a / b).sort((a, b) => a - b);
    const cells = [sum(0) / sum(1), ...[0.5, 0.95, 0.99, 1].map((share) => at(ratios, share))];
    print(`| ${other} / ${own} | ${cells.map((cell) => cell.toFixed(2)).join(' | ')} |`);
  }

  const random = randomOf(1);
  const drawn = (from: number, range: number, bytes: number) =>
    Array.from({ length: (256 * KB) / bytes }, () => String.fromCodePoint(from + Math.floor(random() * range))).join(
      '',
    );
  const hostile = {
    'one letter': 'a'.repeat(256 * KB),
    'random letters': drawn(97, 26, 1),
    'random signs': drawn(33, 94, 1),
    blanks: ' '.repeat(256 * KB),
    'random ideographs': drawn(0x4e00, 20_000, 3),
    'random emoji': drawn(0x1f300, 700, 4),
    'accents alone': drawn(0x300, 100, 2),
  };
  print(
    '\n| 256 KB of | tokens | all | until 4,000 are exceeded | the first 16 KB without a cut |\n| --- | ---: | ---: | ---: | ---: |',
  );
  for (const [name, text] of Object.entries(hostile)) {
    const { count, ms } = timed(() => tokensIn(text));
    const some = timed(() => tokensIn(text, 4_000));
    const whole = timed(() => cl100k(text.slice(0, 16 * KB), ANY_TEXT));
    print(`| ${name} | ${count} | ${ms.toFixed(0)} ms | ${some.ms.toFixed(1)} ms | ${whole.ms.toFixed(0)} ms |`);
  }
}

if (require.main === module) void main();
