import type { Embedded, Embedder } from './cache/ports';
import { FLAGGED, formVerdict, type InputGuard } from './input-guards';
import { type InjectionNetwork, worstOf } from './injection-network';
import type { LinearModel } from './linear';
import { readable } from './readable';
import { MOST_SENTENCES, pickSentences, type Sentence, sentencesOf } from './sentences';
import { viewsOf } from './views';

export interface DeepVerdict {
  readonly flagged: boolean;
  /** From 0 to 1; a half and more is flagged. */
  readonly score: number;
  readonly guard: InputGuard;
  /** Sentences that were embedded; none where the first tier was sure. */
  readonly embedded: number;
  /** Which sentence was the worst, of a text that was embedded. */
  readonly sentence?: number;
}

/** Why there is no verdict: the embedder's code. What becomes of the text is for the caller to say. */
export interface DeepFailure {
  readonly failed: string;
}

export type DeepGuard = (text: string, signal: AbortSignal) => Promise<DeepVerdict | DeepFailure>;

/** Log-odds of the first tier from which on it flags alone, and below which it lets pass alone. */
export const SURE = { bad: 1, good: -0.8 } as const;
/** Of what is left of `MOST_SENTENCES`, so many are for the worst of the forms that hide a text. */
const MOST_ENCODED = 8;

/**
 * Both tiers of the injection guard, and the guards that look at a text's form. The second tier reads meaning, at a few
 * milliseconds a sentence: it clears what only sounds like an attack, and finds what merely does not belong. `network` was
 * trained on one embedding model, and `embedder` must be that one. Never throws and never waits past `signal`.
 */
export function compileDeepGuard(
  model: LinearModel,
  network: InjectionNetwork,
  embedder: Embedder,
  { longest }: { readonly longest?: number } = {},
): DeepGuard {
  return async (text, signal) => {
    const read = readable(text);
    const form = formVerdict(text, read, longest);
    if (form.flagged) return { flagged: true, score: form.score, guard: form.guard, embedded: 0 };
    const [asItStands, ...forms] = viewsOf(text, read).map((view) => sentencesOf(model, view.text));
    const plain = asItStands!;
    const encoded = forms.reduce((worst, form) => (mostOf(form) > mostOf(worst) ? form : worst), []);
    const suspicious = mostOf(encoded) >= 0 ? pickSentences(encoded, MOST_ENCODED) : [];
    const most = mostOf(plain);
    if (most >= SURE.bad) return alone(most, true);
    if (most < SURE.good && suspicious.length === 0) return alone(most, false);

    const picked = pickSentences(plain, MOST_SENTENCES - suspicious.length);
    const sentences = [...picked, ...suspicious];
    const answer = await embedded(embedder, sentences, network.dimensions, signal);
    if ('failed' in answer) return answer;
    const of = (part: readonly Sentence[], from: number) => {
      const { score, worst } = worstOf(network, part, answer.vectors.slice(from, from + part.length));
      return { flagged: score >= FLAGGED, score, embedded: sentences.length, sentence: part[worst]!.at };
    };
    const open = picked.length > 0 ? { ...of(picked, 0), guard: 'injection' as const } : undefined;
    const hidden = suspicious.length > 0 ? { ...of(suspicious, picked.length), guard: 'encoded' as const } : undefined;
    return hidden && hidden.score > (open?.score ?? 0) ? hidden : open!;
  };
}

const mostOf = (sentences: readonly Sentence[]): number =>
  sentences.reduce((most, { odds }) => Math.max(most, odds), -Infinity);

const alone = (odds: number, flagged: boolean): DeepVerdict => ({
  flagged,
  score: 1 / (1 + Math.exp(-odds)),
  guard: 'injection',
  embedded: 0,
});

async function embedded(
  embedder: Embedder,
  sentences: readonly Sentence[],
  dimensions: number,
  signal: AbortSignal,
): Promise<Embedded> {
  if (signal.aborted) return { failed: 'EMBEDDING_TIMEOUT' };
  let stop = () => {};
  const late = new Promise<Embedded>((resolve) => {
    stop = () => resolve({ failed: 'EMBEDDING_TIMEOUT' });
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    const texts = sentences.map(({ text }) => text);
    const answer = await Promise.race([embedder.embed(texts, signal), late]);
    if ('failed' in answer) return answer;
    const { vectors } = answer;
    return vectors.length === texts.length &&
      vectors.every((vector) => vector.length === dimensions && vector.every(Number.isFinite))
      ? answer
      : { failed: 'EMBEDDING_INVALID' };
  } catch {
    return { failed: 'EMBEDDING_ERROR' };
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
