import { type LinearModel, logOdds } from './linear';
import { windowsOf } from './windows';

/** A sentence, or a part of a long one, with the first tier's word on it. */
export interface Sentence {
  readonly text: string;
  /** Log-odds that it tells a model what to do, alone or with its neighbour: the more of the two. */
  readonly odds: number;
  /** Which of the sentences of its text it is. */
  readonly at: number;
}

/** So many sentences of a text are embedded: each costs some milliseconds, and whoever sends a text could make it long. */
export const MOST_SENTENCES = 32;
/** Characters of a sentence that are embedded. */
const LONGEST_SENTENCE = 400;
/** A line of fewer letters says nothing. */
const FEWEST_LETTERS = 4;

/** The sentences of a text that say something, in their order. */
export function sentencesOf(model: LinearModel, text: string): Sentence[] {
  const sentences: { text: string; odds: number; at: number }[] = [];
  for (const window of windowsOf(text)) {
    const odds = logOdds(model, window);
    if (window.text === undefined) {
      const last = sentences.at(-1);
      if (last) last.odds = Math.max(last.odds, odds);
    } else if ((window.text.match(/\p{L}/gu) ?? []).length >= FEWEST_LETTERS) {
      // Embeddings tell capitals from small letters, and know the small ones better.
      const shown = window.marks.includes('shouts') ? window.text.toLowerCase() : window.text;
      sentences.push({ text: shown.trim().slice(0, LONGEST_SENTENCE), odds, at: sentences.length });
    }
  }
  return sentences;
}

/**
 * The sentences that are worth an embedding: one half are those that the first tier finds worst, the other are spread
 * over the rest of the text, which an attack that the first tier does not see may stand in.
 */
export function pickSentences(sentences: readonly Sentence[], most = MOST_SENTENCES): Sentence[] {
  if (sentences.length <= most) return [...sentences];
  const worst = sentences
    .map((_, i) => i)
    .sort((a, b) => sentences[b]!.odds - sentences[a]!.odds || a - b)
    .slice(0, Math.ceil(most / 2));
  const picked = new Set(worst);
  const rest = sentences.map((_, i) => i).filter((i) => !picked.has(i));
  const spread = most - picked.size;
  for (let i = 0; i < spread; i++) picked.add(rest[Math.floor(((i + 0.5) * rest.length) / spread)]!);
  return [...picked].sort((a, b) => a - b).map((i) => sentences[i]!);
}
