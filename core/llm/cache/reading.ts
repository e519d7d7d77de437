import { EMPTY_WORDS, NEGATION_WORDS, QUANTIFIER_WORDS, isFunctionWord, joinPhrases, meaningOf } from './lexicon';
import { isDateWord, readFigure } from './quantities';

/** What a text says, as far as it can be told from another that says something else. */
export interface Reading {
  /** Each word that carries meaning, in the order of the text. */
  readonly tokens: readonly Token[];
  /** Of each negation what it denies: the key of the token that follows. */
  readonly denied: readonly string[];
  /** What comes after `from` and after `to`. */
  readonly from: readonly string[];
  readonly to: readonly string[];
  /** Whether it tells or demands something, asks for yes or no, or asks for something else. */
  readonly act: 'tell' | 'yesno' | 'open';
  /** What an open question asks for, where it is a reason, a time, a person, a place, a number or a span. */
  readonly asked: readonly string[];
  /** Whether it asks how something is done. */
  readonly how: boolean;
  readonly modals: readonly string[];
  readonly time: { readonly past: boolean; readonly future: boolean };
  /** Whose, and of whom: `my`, `your`, `his`. */
  readonly owners: readonly string[];
  /** Whether the one who writes acts (`I`) or is acted on (`me`). */
  readonly self: { readonly acts: boolean; readonly isObject: boolean };
  /** The agent stands after `by`. */
  readonly passive: boolean;
  /** Whether this is likely English, which is all that can be read. */
  readonly english: boolean;
}

export interface Token {
  readonly kind: 'number' | 'date' | 'name' | 'quantifier' | 'word';
  readonly key: string;
  /** Whether a preposition stood before it, so that it may be the second part of a compound turned round. */
  readonly afterPreposition: boolean;
  /** It has the ending of a participle, after a form of `be`. */
  readonly participle: boolean;
}

/** Longer texts are not compared: a word more or less in so many says little to an embedding. */
export const LONGEST_TEXT = 2_000;

const SHORT_FORMS: readonly (readonly [RegExp, string])[] = [
  [/[’‘`]/g, "'"],
  [/\b(can)(?:'t|not)\b|\bcant\b/gi, 'can not'],
  [/\bwon'?t\b/gi, 'will not'],
  [/\b(do|does|did|is|are|was|were|has|have|had|would|could|should|must)n'?t\b/gi, '$1 not'],
  [/\b(what|where|who|how|that|it|there|here)'?s\b/gi, '$1 is'],
  [/'(?:re|m|ve|d)\b/gi, ' '],
  [/'ll\b/gi, ' will'],
  [/'s\b/gi, ''],
];
const BE = new Set('am is are was were be been being get gets got'.split(' '));
const PREPOSITIONS = new Set('of in on at for from to by with into onto'.split(' '));
const SLOTS = { from: true, to: true };
type Slot = keyof typeof SLOTS;
const isSlot = (word: string): word is Slot => Object.hasOwn(SLOTS, word);
const OPEN = new Set('what which who whom whose when where why how howlong howmuch howmany howoften howold'.split(' '));
const ASKED = new Set('why when who whom whose where howlong howmany howoften howold'.split(' '));
const AUXILIARIES = new Set(
  'is are am was were do does did can could may might will would shall should must has have had'.split(' '),
);
const BEFORE_QUESTION = new Set('hi hello hey dear please so and but if ok okay'.split(' '));
const MODALS: Readonly<Record<string, string>> = {
  must: 'must', may: 'can', can: 'can', could: 'can', might: 'might', should: 'should', shall: 'should', will: 'will',
}; // prettier-ignore
const OWNERS: Readonly<Record<string, string>> = {
  my: 'my', mine: 'my', our: 'my', ours: 'my', your: 'your', yours: 'your', his: 'his', her: 'her', hers: 'her', their: 'their',
  he: 'his', him: 'his', she: 'her',
}; // prettier-ignore

interface Word {
  readonly word: string;
  /** Capitalised, and not for standing first. */
  readonly capital: boolean;
}

export function readMeaning(text: string): Reading {
  const sentences = sentencesOf(text);
  const all = sentences.flat();
  const words = all.map(({ word }) => word);
  const tokens: Token[] = [];
  const denied: string[] = [];
  const slots = { from: [] as string[], to: [] as string[] };
  let denials = 0;
  let slot: Slot | undefined;
  let afterPreposition = false;
  let sinceBe = Infinity;
  for (let at = 0; at < words.length;) {
    const word = words[at]!;
    sinceBe = BE.has(word) ? 0 : sinceBe + 1;
    const token = readToken(all, words, at);
    if (NEGATION_WORDS.has(word)) denials++;
    else if (isSlot(word)) [slot, afterPreposition] = [word, true];
    else if (PREPOSITIONS.has(word)) [slot, afterPreposition] = [undefined, true];
    if (token) {
      const participle = token.kind === 'word' && sinceBe <= 3 && /(?:ed|en)$/.test(word);
      tokens.push({ kind: token.kind, key: token.key, afterPreposition, participle });
      denied.push(...Array.from({ length: denials }, () => token.key));
      if (slot) slots[slot].push(token.key);
      [denials, slot, afterPreposition] = [0, undefined, false];
    }
    at += token?.took ?? 1;
  }
  denied.push(...Array.from({ length: denials }, () => ''));
  const first = sentences.map((sentence) => actOf(sentence.map(({ word }) => word)));
  const has = (word: string) => words.includes(word);
  return {
    tokens,
    denied: denied.sort(),
    ...slots,
    act: first.includes('open') ? 'open' : first.includes('yesno') ? 'yesno' : 'tell',
    asked: sorted(words.filter((word) => ASKED.has(word)).map((word) => word.replace(/^who.*/, 'who'))),
    how: has('how') || has('where'),
    modals: sorted(words.flatMap((word) => MODALS[word] ?? [])),
    time: { past: ['was', 'were', 'did', 'had'].some(has), future: has('will') || has('shall') },
    owners: sorted(words.flatMap((word) => OWNERS[word] ?? [])),
    self: { acts: has('i') || has('we'), isObject: has('me') || has('us') },
    passive: words.some(
      (word, i) => word === 'by' && /(?:ed|en|id|it|t|e)$/.test(words[i - 1] ?? '') && words.some((be) => BE.has(be)),
    ),
    english: isEnglish(text, words),
  };
}

const sorted = (words: readonly string[]): string[] => [...new Set(words)].sort();

function readToken(
  all: readonly Word[],
  words: readonly string[],
  at: number,
): (Pick<Token, 'kind' | 'key'> & { readonly took: number }) | undefined {
  const word = words[at]!;
  const figure = readFigure(words, at, all[at]!.capital);
  if (figure) return figure;
  if (EMPTY_WORDS.has(word) || NEGATION_WORDS.has(word)) return undefined;
  if (QUANTIFIER_WORDS.has(word)) return { kind: 'quantifier', key: quantifierOf(word), took: 1 };
  if (isDateWord(word)) return { kind: 'date', key: word.replace(/s$/, ''), took: 1 };
  // Of a name no other form is meant.
  const exact = all[at]!.capital || !/^[a-z-]+$/.test(word);
  return exact ? { kind: 'name', key: meaningOf(word), took: 1 } : { kind: 'word', key: meaningOf(word), took: 1 };
}

const quantifierOf = (word: string): string =>
  ['all', 'every', 'each', 'entire', 'whole', 'everyone', 'everybody', 'everything', 'both'].includes(word)
    ? 'all'
    : meaningOf(word);

function sentencesOf(text: string): Word[][] {
  let plain = text.normalize('NFKC');
  for (const [form, long] of SHORT_FORMS) plain = plain.replace(form, long);
  const sentences: Word[][] = [[]];
  for (const chunk of plain.split(/\s+/)) {
    const bare = chunk.replace(/^["'([{<*_]{1,9}/, '').replace(/["')\]}>*_,.;:!?…]{1,99}$/, '');
    const sentence = sentences.at(-1)!;
    // `24-month` and `either/or` are two words; what has figures on both sides, or an address, is one.
    const parts =
      bare.includes('@') || bare.includes('://') || /\d.*[/-].*\d/.test(bare)
        ? [bare]
        : bare.split(/\/|(?<=^\d{1,9})-(?=[a-z]{3})/i);
    for (const part of parts)
      if (/[\p{L}\p{N}%$€£]/u.test(part))
        sentence.push({
          word: part.toLowerCase(),
          capital: sentence.length > 0 && /^\p{Lu}/u.test(part) && part !== 'I',
        });
    if (/[.!?:;]["')]{0,3}$/.test(chunk) && sentence.length > 0) sentences.push([]);
  }
  // A text in capitals has no names by its capitals.
  const shouting = !/\p{Ll}/u.test(plain);
  return sentences.map((sentence) =>
    joined(sentence.map(({ word, capital }) => ({ word, capital: capital && !shouting }))),
  );
}

function joined(sentence: readonly Word[]): Word[] {
  const words = joinPhrases(sentence.map(({ word }) => word));
  const capitals = new Set(sentence.filter(({ capital }) => capital).map(({ word }) => word));
  return words.map((word) => ({ word, capital: capitals.has(word) }));
}

function actOf(words: readonly string[]): Reading['act'] {
  const at = words.findIndex((word) => !BEFORE_QUESTION.has(word));
  const [first = '', second = ''] = at < 0 ? [] : words.slice(at);
  if (OPEN.has(first) || (PREPOSITIONS.has(first) && OPEN.has(second))) return 'open';
  if (
    words.some(
      (word, i) =>
        i > 0 && OPEN.has(word) && ['tell', 'know', 'explain', 'ask', 'wonder', 'me'].includes(words[i - 1]!),
    )
  )
    return 'open';
  const politely = ['can', 'could', 'would', 'will'].includes(first) && second === 'you';
  return AUXILIARIES.has(first) && !politely ? 'yesno' : 'tell';
}

/** A short text of English may have none of the words by which it shows; a longer one has. */
function isEnglish(text: string, words: readonly string[]): boolean {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const foreign = text.match(/[^\p{ASCII}\P{L}]/gu)?.length ?? 0;
  if (foreign > 0.05 * letters) return false;
  const plain = words.filter((word) => /^\p{L}+$/u.test(word));
  return plain.length < 7 || plain.filter(isFunctionWord).length >= 0.1 * plain.length;
}
