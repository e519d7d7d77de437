/**
 * Trains the model of the injection guard. `npx tsx bench/guards/train.ts --out <file> <data.jsonl>…`; lines are
 * `{ "text", "label" }`, where every label but "benign" is an attack.
 *
 * Which of a text's sentences attacks is not known: of an attack the window that the model finds worst must be bad, of a
 * benign text none may be (multiple-instance learning; Andrews, Tsochantaridis and Hofmann, NIPS 15, 2002). Logistic loss,
 * AdaGrad with an L1 step (Duchi, Hazan and Singer, JMLR 12, 2011).
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { bucketsOf } from '../../core/llm/linear';
import { viewsOf } from '../../core/llm/views';
import { type Window, windowsOf } from '../../core/llm/windows';
import { randomOf } from '../../core/random';

const { values, positionals } = parseArgs({
  options: {
    out: { type: 'string' },
    epochs: { type: 'string', default: '30' },
    l1: { type: 'string', default: '0.00002' },
    bits: { type: 'string', default: '16' },
  },
  allowPositionals: true,
});
const SIZE = 2 ** Number(values.bits);
const L1 = Number(values.l1);
const RATE = 0.15;
const MOST_WINDOWS = 400;

interface Example {
  readonly attack: boolean;
  readonly weight: number;
  readonly windows: readonly Int32Array[];
}

interface Line {
  readonly text: string;
  readonly label: string;
  readonly weight?: number;
}

const lines = positionals.flatMap((file) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Line),
);
const windowsIn = (text: string) =>
  viewsOf(text)
    .flatMap((view) => windowsOf(view.text))
    .slice(0, MOST_WINDOWS);
const keyOf = ({ tokens }: Window) => tokens.join(' ');
// What an attack is planted in is no attack: of the same mail without it there is a benign text.
const carriers = new Set(lines.flatMap(({ text, label }) => (label === 'benign' ? windowsIn(text).map(keyOf) : [])));
const share = lines.filter(({ label }) => label !== 'benign').length / lines.length;
const examples = lines.flatMap(({ text, label, weight = 1 }): Example[] => {
  const attack = label !== 'benign';
  const windows = windowsIn(text)
    .filter((window) => !attack || !carriers.has(keyOf(window)))
    .map((window) => Int32Array.from(bucketsOf(window, SIZE)));
  return windows.length === 0 ? [] : [{ attack, weight: weight * (attack ? 0.5 / share : 0.5 / (1 - share)), windows }];
});
const attacks = examples.filter(({ attack }) => attack).length;
process.stderr.write(`${attacks} attacks, ${examples.length - attacks} benign\n`);

const weights = new Float64Array(SIZE);
const squares = new Float64Array(SIZE + 1).fill(1e-2);
let bias = -2;
const norm = (window: Int32Array) => 1 / Math.sqrt(Math.max(4, window.length));
const oddsOf = (window: Int32Array): number => {
  let sum = 0;
  for (const bucket of window) sum += weights[bucket]!;
  return bias + sum * norm(window);
};

function step(window: Int32Array, gradient: number): void {
  const each = gradient * norm(window);
  for (const bucket of window) {
    squares[bucket]! += each * each;
    const rate = RATE / Math.sqrt(squares[bucket]!);
    const moved = weights[bucket]! - rate * each;
    weights[bucket] = Math.sign(moved) * Math.max(0, Math.abs(moved) - rate * L1);
  }
  squares[SIZE]! += gradient * gradient;
  bias -= (RATE / Math.sqrt(squares[SIZE]!)) * gradient;
}

const random = randomOf(1);
for (let epoch = 0; epoch < Number(values.epochs); epoch++) {
  const order = examples.map((_, i) => i);
  for (let i = order.length - 1; i > 0; i--) {
    const other = Math.floor(random() * (i + 1));
    [order[i], order[other]] = [order[other]!, order[i]!];
  }
  let loss = 0;
  for (const at of order) {
    const { attack, weight, windows } = examples[at]!;
    const ranked = windows.map((window) => ({ window, odds: oddsOf(window) })).sort((a, b) => b.odds - a.odds);
    // In a benign text the worst few must all go; in an attack the worst is the one, at first two of them.
    const looked = attack ? ranked.slice(0, epoch < 5 ? 3 : 1) : ranked.slice(0, 3);
    for (const { window, odds } of looked) {
      const p = 1 / (1 + Math.exp(-odds));
      loss -= weight * Math.log(Math.max(1e-9, attack ? p : 1 - p));
      step(window, (weight * (p - Number(attack))) / looked.length);
    }
  }
  if (epoch % 5 === 4) process.stderr.write(`epoch ${epoch + 1}: loss ${(loss / examples.length).toFixed(4)}\n`);
}

const largest = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
const scale = largest / 127;
const packed = Buffer.from(Int8Array.from(weights, (weight) => Math.round(weight / scale)).buffer).toString('base64');
const used = weights.filter((weight) => Math.abs(weight) > scale / 2).length;
process.stderr.write(`${used} of ${SIZE} weights, bias ${bias.toFixed(3)}\n`);
if (values.out) writeFileSync(values.out, `${JSON.stringify({ bias, scale, weights: packed })}\n`);
