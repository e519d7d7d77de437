/**
 * Trains the classifier. `npx tsx examples/mail-triage/model/train.ts <the mails to train on>` writes weights.json; the
 * mails are what `data/extract.ts` writes.
 *
 * Logistic regression by AdaGrad (Duchi, Hazan and Singer, JMLR 12, 2011) with a little weight decay. Platt's method on
 * scores from 5-fold cross-validation makes it a probability, and is then part of the weights.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fitPlatt } from '../../../core/model/fit-calibration';
import { randomOf } from '../../../core/random';
import { type Mail, readMails, textsOf } from '../data/mails';
import { type Packed, bucketsOf, normOf } from './classifier';

const SIZE = 2 ** 15;
const EPOCHS = 8;
const RATE = 0.5;
const DECAY = 1e-5;
const FOLDS = 5;
const MOST = 127;

/** A mail as buckets, in each form in which a prompt may give it. */
interface Example {
  readonly spam: boolean;
  readonly forms: readonly (readonly number[])[];
}

interface Model {
  readonly bias: number;
  readonly weights: Float64Array;
}

const logOdds = ({ bias, weights }: Model, buckets: readonly number[]): number =>
  bias + normOf(buckets) * buckets.reduce((sum, bucket) => sum + weights[bucket]!, 0);
const sigmoid = (odds: number): number => 1 / (1 + Math.exp(-odds));

function fit(examples: readonly Example[]): Model {
  const rows = examples.flatMap(({ spam, forms }) => forms.map((buckets) => ({ spam, buckets })));
  const weights = new Float64Array(SIZE);
  const squares = new Float64Array(SIZE + 1).fill(0.01);
  let bias = 0;
  const stepOf = (at: number, gradient: number): number => {
    squares[at]! += gradient * gradient;
    return (RATE * gradient) / Math.sqrt(squares[at]!);
  };
  const random = randomOf(1);
  for (let epoch = 0; epoch < EPOCHS; epoch++)
    for (const { spam, buckets } of shuffled(rows, random)) {
      const gradient = sigmoid(logOdds({ bias, weights }, buckets)) - Number(spam);
      const each = gradient * normOf(buckets);
      for (const bucket of buckets) weights[bucket]! -= stepOf(bucket, each + DECAY * weights[bucket]!);
      bias -= stepOf(SIZE, gradient);
    }
  return { bias, weights };
}

function shuffled<T>(list: readonly T[], random: () => number): T[] {
  const order = [...list];
  for (let i = order.length - 1; i > 0; i--) {
    const other = Math.floor(random() * (i + 1));
    [order[i], order[other]] = [order[other]!, order[i]!];
  }
  return order;
}

const mails = readMails(process.argv[2]!);
const unseen = new Set(readMails(join(__dirname, '../data/mails.jsonl')).map(({ id }) => id));
if (mails.some(({ id }) => unseen.has(id))) throw new Error('Some of these mails are among the unseen.');
const examples = mails.map((mail: Mail): Example => {
  return { spam: mail.label === 'spam', forms: textsOf(mail).map((text) => bucketsOf(text, SIZE)) };
});

const scored = Array.from({ length: FOLDS }, (_, fold) => {
  const model = fit(examples.filter((_, i) => i % FOLDS !== fold));
  return examples
    .filter((_, i) => i % FOLDS === fold)
    .flatMap(({ spam, forms }) =>
      forms.map((buckets) => ({ score: sigmoid(logOdds(model, buckets)), positive: spam })),
    );
});
const { a, b } = fitPlatt(scored.flat());

// Platt's sigmoid of log-odds z is 1 / (1 + exp(az + b)): log-odds −az − b.
const { bias, weights } = fit(examples);
const step = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0) / MOST;
const packed: Packed = {
  bias: -a * bias - b,
  scale: -a * step,
  weights: Buffer.from(Int8Array.from(weights, (weight) => Math.round(weight / step)).buffer).toString('base64'),
};
writeFileSync(join(__dirname, 'weights.json'), `${JSON.stringify(packed)}\n`);
