import { bucketsOf, type LinearModel } from '../../core/llm/linear';
import { viewsOf } from '../../core/llm/views';
import { type Window, windowsOf } from '../../core/llm/windows';
import { randomOf } from '../../core/random';
import type { Line } from './lines';

const RATE = 0.15;
const MOST_WINDOWS = 400;

interface Example {
  readonly attack: boolean;
  readonly weight: number;
  readonly windows: readonly Int32Array[];
}

export interface LinearOptions {
  readonly epochs: number;
  readonly l1: number;
  readonly bits: number;
  readonly log?: (line: string) => void;
}

const windowsIn = (text: string) =>
  viewsOf(text)
    .flatMap((view) => windowsOf(view.text))
    .slice(0, MOST_WINDOWS);
const keyOf = ({ tokens }: Window) => tokens.join(' ');

/**
 * Which of a text's sentences attacks is not known: of an attack the window that the model finds worst must be bad, of a
 * benign text none may be (multiple-instance learning; Andrews, Tsochantaridis and Hofmann, NIPS 15, 2002). Logistic loss,
 * AdaGrad with an L1 step (Duchi, Hazan and Singer, JMLR 12, 2011).
 */
export function fitLinear(
  lines: readonly Line[],
  { epochs, l1, bits, log = () => undefined }: LinearOptions,
): LinearModel {
  const size = 2 ** bits;
  // What an attack is planted in is no attack: of the same mail without it there is a benign text.
  const carriers = new Set(lines.flatMap(({ text, label }) => (label === 'benign' ? windowsIn(text).map(keyOf) : [])));
  const share = lines.filter(({ label }) => label !== 'benign').length / lines.length;
  const examples = lines.flatMap(({ text, label, weight = 1 }): Example[] => {
    const attack = label !== 'benign';
    const windows = windowsIn(text)
      .filter((window) => !attack || !carriers.has(keyOf(window)))
      .map((window) => Int32Array.from(bucketsOf(window, size)));
    return windows.length === 0
      ? []
      : [{ attack, weight: weight * (attack ? 0.5 / share : 0.5 / (1 - share)), windows }];
  });
  const attacks = examples.filter(({ attack }) => attack).length;
  log(`${attacks} attacks, ${examples.length - attacks} benign`);

  const weights = new Float64Array(size);
  const squares = new Float64Array(size + 1).fill(1e-2);
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
      weights[bucket] = Math.sign(moved) * Math.max(0, Math.abs(moved) - rate * l1);
    }
    squares[size]! += gradient * gradient;
    bias -= (RATE / Math.sqrt(squares[size]!)) * gradient;
  }

  const random = randomOf(1);
  for (let epoch = 0; epoch < epochs; epoch++) {
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
    if (epoch % 5 === 4) log(`epoch ${epoch + 1}: loss ${(loss / examples.length).toFixed(4)}`);
  }

  const largest = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
  const scale = largest / 127;
  log(`${weights.filter((weight) => Math.abs(weight) > scale / 2).length} of ${size} weights, bias ${bias.toFixed(3)}`);
  return { bias, scale, weights: Int8Array.from(weights, (weight) => Math.round(weight / scale)) };
}
