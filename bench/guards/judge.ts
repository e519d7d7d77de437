/**
 * Judges both tiers of the injection guard by texts that nothing was trained on. `npx tsx bench/guards/judge.ts <file>…`
 * prints for each file and label, and each kind of those, what the first tier stops and what both do, with 95 % intervals.
 */
import { localEmbedder } from '../../adapters/local-embedder';
import { compileDeepGuard } from '../../core/llm/deep-guard';
import { loadInjectionModel } from '../../core/llm/injection-model';
import { loadInjectionNetwork } from '../../core/llm/injection-network-model';
import { compileInputGuards } from '../../core/llm/input-guards';
import { shareOf } from '../../core/simulation/estimate';
import { readLines } from './lines';

interface Group {
  texts: number;
  first: number;
  both: number;
  embedded: number;
  readonly ms: number[];
}

async function main() {
  const model = loadInjectionModel();
  const embedder = await localEmbedder();
  if (!embedder) throw new Error('The local embedding model is not installed.');
  const never = new AbortController().signal;
  await embedder.embed(['Good morning.'], never);
  const first = compileInputGuards(model);
  const both = compileDeepGuard(model, loadInjectionNetwork(), embedder);
  for (const file of process.argv.slice(2)) {
    const groups = new Map<string, Group>();
    for (const { text, label, kind } of readLines(file)) {
      const began = performance.now();
      const verdict = await both(text, never);
      const ms = performance.now() - began;
      if ('failed' in verdict) throw new Error(`${file}: ${verdict.failed}`);
      const { flagged } = first(text);
      for (const name of kind ? [label, `${label}, ${kind}`] : [label]) {
        const group = groups.get(name) ?? { texts: 0, first: 0, both: 0, embedded: 0, ms: [] };
        groups.set(name, group);
        group.texts++;
        group.first += Number(flagged);
        group.both += Number(verdict.flagged);
        group.embedded += Number(verdict.embedded > 0);
        group.ms.push(ms);
      }
    }
    process.stdout.write(`${file}\n`);
    for (const [name, group] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const { texts, embedded, ms } = group;
      ms.sort((a, b) => a - b);
      const at = (q: number) => ms[Math.ceil(q * ms.length) - 1]!.toFixed(1);
      process.stdout.write(
        `  ${name.padEnd(34)}${String(texts).padStart(5)}  first ${interval(group.first, texts)}  both ${interval(group.both, texts)}  embedded ${percent(embedded / texts)}  ms ${at(0.5)}, ${at(0.99)}\n`,
      );
    }
  }
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function interval(part: number, of: number): string {
  const { mean, low, high } = shareOf(part, of);
  return `${percent(mean)} (${percent(low)} to ${percent(high)})`;
}

void main();
