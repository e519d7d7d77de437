/**
 * Trains the second tier of the injection guard on the embeddings of the local model:
 *
 *     npx tsx bench/guards/train-network.ts --cache <scratch file> --out core/llm/injection-network.json \
 *       --real <benign.jsonl>… --unlike <to judge by.jsonl>… --development <texts.jsonl>… \
 *       bench/guards/data/{attacks-1,attacks-2,attacks-3,benign-1,benign-2}.jsonl
 *
 * The first tier knows the texts that it was trained on, so its word on them would be trusted too much: here it is trained
 * three times, each time without the third that it then judges. The network is judged in the same way, an author's attacks
 * at a time, and the working point is where it stops `REAL_STOPPED` of the real texts. `--development` are texts that
 * nothing is trained on, to see how far it carries.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { LOCAL_DIMENSIONS } from '../../adapters/local-embedder';
import { type InjectionNetwork, worstOf } from '../../core/llm/injection-network';
import { readable } from '../../core/llm/readable';
import { pickSentences, type Sentence, sentencesOf } from '../../core/llm/sentences';
import { embeddingsIn } from './embedded';
import { fitLinear } from './fit-linear';
import { fitNetwork } from './fit-network';
import { type Line, readLines } from './lines';
import { forOddsOf, packed, together } from './pack-network';
import { type Source, withPlanted } from './planted';
import { type Judged, report } from './report-network';

const { values, positionals } = parseArgs({
  options: {
    cache: { type: 'string' },
    out: { type: 'string' },
    real: { type: 'string', multiple: true, default: [] },
    unlike: { type: 'string', multiple: true, default: [] },
    development: { type: 'string', multiple: true, default: [] },
  },
  allowPositionals: true,
});

const FOLDS = [0, 1, 2];
const SEEDS = [1, 2, 3];
const NETWORK = { hidden: 32, epochs: 8, rate: 0.002, decay: 0.3, drop: 0.5 };
const MIXTURE = { requests: 0.5, patches: 0.5 };
/** There are fewer of our own benign texts than of our attacks, and nothing else tells how we write from how attacks read. */
const OWN_BENIGN = 2.5;
/** What the first tier says counts for so much beside what the network makes of it. */
const FIRST_TIER = 0.5;
/**
 * Trained on more, the first tier that ships is less sure: on real mail that neither had seen its odds times `scale`, plus
 * `offset`, had the median and the 98th percentile of those of the three that are trained here.
 */
const SHIPPED = { scale: 2.03, offset: 0.08 };
const REAL_STOPPED = 0.008;
/** Of each file of real texts, as many as are read. */
const MOST_REAL = 1_400;
const log = (line: string) => process.stderr.write(`${line}\n`);

interface Text extends Line {
  readonly kind: string;
  /** The third that it belongs to; -1 of those to see how far it carries. */
  readonly fold: number;
  readonly real: boolean;
}

const others = new Set(values.unlike.flatMap((file) => readLines(file).map(({ text }) => text)));
const own = positionals.flatMap((file, at) =>
  readLines(file).map((line, row): Text => {
    const fold = (line.label === 'benign' ? row : at) % FOLDS.length;
    return { ...line, kind: line.kind ?? '', fold, real: false };
  }),
);
const real = values.real.flatMap((file) =>
  readLines(file)
    .slice(0, MOST_REAL)
    .filter(({ text }) => !others.has(text))
    .map((line, row): Text => ({ ...line, kind: line.kind ?? 'mail', fold: row % FOLDS.length, real: true })),
);
const development = values.development.flatMap((file) =>
  readLines(file).map((line): Text => ({ ...line, kind: 'development', fold: -1, real: true })),
);

const linears = FOLDS.map((fold) =>
  fitLinear(
    // Half of the real texts are enough for it.
    [...own, ...real.filter((_, row) => row % 6 < 3)].filter((text) => text.fold !== fold),
    { epochs: 20, l1: 0.00002, bits: 16 },
  ),
);

interface Seen extends Text {
  readonly sentences: readonly Sentence[];
}
const seen = [...own, ...real, ...development]
  .map((text): Seen => {
    const linear = linears[Math.max(0, text.fold)]!;
    return { ...text, sentences: pickSentences(sentencesOf(linear, readable(text.text).text)) };
  })
  .filter(({ sentences }) => sentences.length > 0);
// What an attack is planted in is no attack: of the same mail without it there is a benign text.
const carriers = new Set(
  seen.filter(({ label }) => label === 'benign').flatMap(({ sentences }) => sentences.map(({ text }) => text)),
);

async function main() {
  if (!values.cache) throw new Error('Give --cache, a scratch file for the embeddings.');
  const embeddings = await embeddingsIn(
    values.cache,
    seen.flatMap(({ sentences }) => sentences.map(({ text }) => text)),
  );
  const vectorsOf = ({ sentences }: Seen) => sentences.map(({ text }) => embeddings.get(text)!);

  const sourceOf = (text: Seen): Source => {
    const { label, weight = 1, sentences, kind, real } = text;
    const attack = label !== 'benign';
    const suspects = sentences.map((sentence) => attack && !carriers.has(sentence.text));
    return {
      kind,
      bag: {
        attack,
        weight: attack || real ? weight : OWN_BENIGN * weight,
        vectors: vectorsOf(text),
        odds: sentences.map(({ odds }) => odds),
        suspects: suspects.some(Boolean) ? suspects : sentences.map(() => attack),
      },
    };
  };
  const fit = (texts: readonly Seen[]): InjectionNetwork => {
    const bagsOf = withPlanted(texts.map(sourceOf), MIXTURE);
    const network = together(SEEDS.map((seed) => fitNetwork(bagsOf, LOCAL_DIMENSIONS, { ...NETWORK, seed, log })));
    // Facts hold a quarter of the odds.
    network.direct[0]! += 4 * FIRST_TIER;
    return network;
  };
  const judge = (network: InjectionNetwork, text: Seen): Judged => {
    const { score } = worstOf(network, text.sentences, vectorsOf(text));
    const linear = text.sentences.reduce((most, { odds }) => Math.max(most, odds), -Infinity);
    return { ...text, odds: Math.log(score / (1 - score)), linear };
  };

  const trained = seen.filter(({ fold }) => fold >= 0);
  const judged = FOLDS.flatMap((fold) => {
    const network = fit(trained.filter((text) => text.fold !== fold));
    return seen
      .filter((text) => text.fold === fold || (fold === 0 && text.fold < 0))
      .map((text) => judge(network, text));
  });
  const realOdds = judged.filter(({ real, fold }) => real && fold >= 0).map(({ odds }) => odds);
  const point = realOdds.sort((a, b) => b - a)[Math.floor(REAL_STOPPED * realOdds.length)]!;
  report(judged, point);
  if (!values.out) return;
  const network = forOddsOf(fit(trained), SHIPPED);
  writeFileSync(values.out, packed({ ...network, outBias: network.outBias - point }));
}

void main();
