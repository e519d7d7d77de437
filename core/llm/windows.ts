import { conceptsOf } from './concepts';

/** A part of a text in which an instruction may stand. */
export interface Window {
  /** Words and signs in lower case; numbers are all alike. */
  readonly tokens: readonly string[];
  /** What it looks like, and what the whole text talks of. */
  readonly marks: readonly Mark[];
  /** The sentence, or the part of one, as it stands. A pair of sentences has none: each of them has its own window. */
  readonly text?: string;
}

/**
 * `about`: the text talks about attacks, tests or examples. `quoted`: a part stands in quotation marks. `code`: signs that
 * prose has not. `asks`, `shouts`, `lists`, `cites`, `tagged`: as it says.
 */
export type Mark = 'about' | 'quoted' | 'code' | 'asks' | 'shouts' | 'lists' | 'cites' | 'tagged';

const TOKENS = /[\p{L}\p{M}'’]+|\p{N}+|[?!:<>|[\]{}#*"@/\\]/gu;
const SENTENCE = /(?<=[.!?。！？…])\s+|\n+|(?<=[。！？])/u;
/** A window of more words is parted. */
const LONGEST = 48;
const OVERLAP = 12;
/** So many words in a hundred make a text one about attacks. */
const MANY = 3;

const QUOTED = /["“„«‘`「『]([^"”“»’`」』]{8,300})["”“»’`」』]/u;
const CODE =
  /[;{}]\s*$|=>|\(\)|==|\w\(\w*\)|^\s*(?:#|\/\/|\$ |--|const |def |import |SELECT )|\\[nwsd]|^\s*[\w.-]+[:=]\s*\S+$|\d{2}:\d{2}:\d{2}/u;
const TAGGED = /<\|?\/?\w+\|?>|\[\/?[A-Z]{3,}\]|^\s*#{2,}\s*\w+:?|<!--|^\s*(?:system|assistant|user|developer)\s*:/iu;

export function tokensOf(text: string): string[] {
  const found = text.toLowerCase().match(TOKENS) ?? [];
  return found.map((token) => (/^\p{N}/u.test(token) ? '0' : token.replace(/’/g, "'")));
}

function marksOf(sentence: string): Mark[] {
  const letters = sentence.match(/\p{L}/gu)?.length ?? 0;
  const capitals = sentence.match(/\p{Lu}/gu)?.length ?? 0;
  const marks: Mark[] = [];
  if (QUOTED.test(sentence)) marks.push('quoted');
  if (CODE.test(sentence)) marks.push('code');
  if (/[?？]\s*["”»)]?\s*$/u.test(sentence)) marks.push('asks');
  if (letters > 12 && capitals > 0.6 * letters) marks.push('shouts');
  if (/^\s*(?:[-*•]|\d+[.)])\s/u.test(sentence)) marks.push('lists');
  if (/^\s*>/u.test(sentence)) marks.push('cites');
  if (TAGGED.test(sentence)) marks.push('tagged');
  return marks;
}

/** Each sentence of a text, and each with the one that follows it. */
export function windowsOf(text: string): Window[] {
  const sentences = text
    .split(SENTENCE)
    .map((sentence) => ({ text: sentence, tokens: tokensOf(sentence), marks: marksOf(sentence) }))
    .filter(({ tokens }) => tokens.length > 0);
  const words = sentences.reduce((sum, { tokens }) => sum + tokens.length, 0);
  const mentions = sentences.reduce(
    (sum, { tokens }) => sum + tokens.filter((token) => conceptsOf(token).includes('mention')).length,
    0,
  );
  const about: Mark[] = mentions >= 2 && 100 * mentions >= MANY * words ? ['about'] : [];
  return sentences.flatMap(({ text, tokens, marks }, i): Window[] => {
    const windows: Window[] = [];
    for (let start = 0; start === 0 || start < tokens.length - OVERLAP; start += LONGEST - OVERLAP) {
      const part = tokens.slice(start, start + LONGEST);
      windows.push({
        tokens: part,
        marks: [...about, ...marks],
        text: part.length === tokens.length ? text : part.join(' '),
      });
    }
    const before = sentences[i - 1];
    if (before)
      windows.push({
        tokens: [...before.tokens.slice(-LONGEST / 2), '.', ...tokens.slice(0, LONGEST / 2)],
        marks: [...new Set([...about, ...before.marks, ...marks])],
      });
    return windows;
  });
}
