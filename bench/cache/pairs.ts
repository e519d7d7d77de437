/**
 * What the semantic cache makes of labelled pairs, with and without its guards. `npx tsx bench/cache/pairs.ts <pairs.jsonl>…`
 * At the end it takes each text of all files with each other and lists which of them pass the guards, to be read by somebody.
 */
import { cosine } from '../../core/llm/cache/lsh';
import { sameMeaning } from '../../core/llm/cache/meaning-guards';
import { BINS } from '../../core/llm/cache/threshold';
import { shareOf } from '../../core/simulation/estimate';
import { type LabelledPair, embedAll, pairsOf } from './texts';

const files = process.argv.slice(2);
if (files.length === 0) throw new Error('Name files of { "a", "b", "same", "kind" } a line.');

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

async function main() {
  for (const file of files) {
    const pairs = pairsOf(file);
    const vectors = await embedAll(pairs.flatMap(({ a, b }) => [a, b]));
    const began = performance.now();
    const judged = pairs.map((pair, i) => ({
      ...pair,
      similarity: cosine(vectors[2 * i]!, vectors[2 * i + 1]!),
      guard: sameMeaning(pair.a, pair.b),
    }));
    const each = (performance.now() - began) / pairs.length;
    const same = pairs.filter((pair) => pair.same).length;
    console.log(`\n${file}: ${pairs.length} pairs, ${same} the same; ${each.toFixed(3)} ms a pair for the guards`);
    for (const guarded of [false, true])
      for (const threshold of [...BINS, 0.98]) {
        const hits = judged.filter(({ similarity, guard }) => similarity >= threshold && (!guarded || guard.ok));
        const wrong = hits.filter((pair) => !pair.same).length;
        const { low, high } = shareOf(wrong, hits.length);
        console.log(
          `  ${guarded ? 'with guards   ' : 'without guards'} from ${threshold.toFixed(2)}: ${String(hits.length).padStart(3)} hits, ` +
            `${wrong} wrong = ${percent(wrong / Math.max(1, hits.length))} (95 %: ${percent(low)} to ${percent(high)}), ` +
            `${percent((hits.length - wrong) / same)} of the same`,
        );
      }
    const missed: Record<string, number> = {};
    for (const { kind } of judged.filter(({ guard, same }) => guard.ok && !same))
      missed[kind] = (missed[kind] ?? 0) + 1;
    console.log('  different pairs that pass the guards, by kind:', JSON.stringify(missed));
  }
  listOthers(files.flatMap(pairsOf));
}

function listOthers(pairs: readonly LabelledPair[]): void {
  const labelled = new Set(pairs.flatMap(({ a, b }) => [`${a}|${b}`, `${b}|${a}`]));
  const texts = [...new Set(pairs.flatMap(({ a, b }) => [a, b]))];
  const others = texts.flatMap((a, i) => texts.slice(i + 1).map((b) => [a, b] as const));
  const unlabelled = others.filter(([a, b]) => !labelled.has(`${a}|${b}`));
  const passed = unlabelled.filter(([a, b]) => sameMeaning(a, b).ok);
  console.log(`\n${unlabelled.length} unlabelled pairs of their texts, ${passed.length} pass the guards:`);
  for (const [a, b] of passed) console.log(`  ${a}  =  ${b}`);
}

void main();
