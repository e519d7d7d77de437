/**
 * Trains the model of the injection guard. `npx tsx bench/guards/train.ts --out <file> <data.jsonl>…`; lines are
 * `{ "text", "label" }`, where every label but "benign" is an attack.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { fitLinear } from './fit-linear';
import { readLines } from './lines';

const { values, positionals } = parseArgs({
  options: {
    out: { type: 'string' },
    epochs: { type: 'string', default: '30' },
    l1: { type: 'string', default: '0.00002' },
    bits: { type: 'string', default: '16' },
  },
  allowPositionals: true,
});
const { bias, scale, weights } = fitLinear(positionals.flatMap(readLines), {
  epochs: Number(values.epochs),
  l1: Number(values.l1),
  bits: Number(values.bits),
  log: (line) => process.stderr.write(`${line}\n`),
});
const packed = Buffer.from(weights.buffer).toString('base64');
if (values.out) writeFileSync(values.out, `${JSON.stringify({ bias, scale, weights: packed })}\n`);
