import { areOpposite, meaningOf } from './lexicon';
import { LONGEST_TEXT, type Reading, type Token, readMeaning } from './reading';

/** Why two texts may not share an answer. */
export type MeaningGuard =
  | 'language' | 'length' | 'number' | 'date' | 'name' | 'negation' | 'opposite' | 'quantifier' | 'question' | 'direction' | 'wording'; // prettier-ignore

export type SameMeaning = { readonly ok: true } | { readonly ok: false; readonly guard: MeaningGuard };

/**
 * Whether two texts say the same, word for word up to form, order that means nothing, politeness and a list of
 * synonyms. Embeddings cannot tell `approve` from `do not approve`; this can, and refuses much that is the same in
 * other words. English only.
 */
export function sameMeaning(a: string, b: string): SameMeaning {
  const guard = differs(a, b);
  return guard === undefined ? { ok: true } : { ok: false, guard };
}

function differs(textA: string, textB: string): MeaningGuard | undefined {
  if (Math.max(textA.length, textB.length) > LONGEST_TEXT) return 'length';
  const a = readMeaning(textA);
  const b = readMeaning(textB);
  if (!a.english || !b.english) return 'language';
  return (
    tokensDiffer(a, b) ??
    (!equal(a.denied, b.denied) ? 'negation' : undefined) ??
    (modalsDiffer(a, b) ? 'quantifier' : undefined) ??
    (questionsDiffer(a, b) ? 'question' : undefined) ??
    (a.time.past && !a.time.future && b.time.future && !b.time.past ? 'date' : undefined) ??
    (b.time.past && !b.time.future && a.time.future && !a.time.past ? 'date' : undefined) ??
    (rolesDiffer(a, b) || turned(a, b) ? 'direction' : undefined)
  );
}

/** Which kind of word decides what is named, where words of several kinds differ. */
const KINDS = ['number', 'date', 'name', 'quantifier'] as const;

function tokensDiffer(a: Reading, b: Reading): MeaningGuard | undefined {
  const onlyA = without(a.tokens, b.tokens);
  const onlyB = without(b.tokens, a.tokens);
  const only = [...onlyA, ...onlyB];
  // Of `How are you?` and `What is this?` nothing is left to compare.
  if (only.length === 0) return a.tokens.length === 0 ? 'wording' : undefined;
  const kind = KINDS.find((kind) => only.some((token) => token.kind === kind));
  if (kind) return kind;
  if (a.denied.length !== b.denied.length) return 'negation';
  for (const { key: one } of onlyA)
    for (const { key: other } of onlyB) {
      if (isNegated(one, other) || isNegated(other, one)) return 'negation';
      if (areOpposite(one, other)) return 'opposite';
    }
  return 'wording';
}

const isNegated = (word: string, base: string): boolean =>
  word.length > base.length &&
  word.endsWith(base) &&
  /^(?:un|in|im|il|ir|dis|non-?|de)$/.test(word.slice(0, -base.length));

/** Numbers count as often as they stand there; a word may be said again. */
function without(tokens: readonly Token[], others: readonly Token[]): Token[] {
  const keys = others.map(({ key }) => key);
  return tokens.filter(({ kind, key }) => {
    const at = keys.indexOf(key);
    if (at >= 0 && (kind === 'number' || kind === 'date')) keys.splice(at, 1);
    return at < 0;
  });
}

const equal = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((x, i) => x === b[i]);

function modalsDiffer({ modals: a, act }: Reading, { modals: b, act: other }: Reading): boolean {
  if (a.length > 0 && b.length > 0) return !equal(a, b);
  // `The loan will be approved` is not `Approve the loan`.
  if (act === 'tell' && other === 'tell' && [...a, ...b].includes('will')) return true;
  const open = act === 'open' && other === 'open';
  return !open && [...a, ...b].some((modal) => modal === 'must' || modal === 'might' || modal === 'should');
}

/** Of these, where it is done is how it is done. */
const DONE_SOMEWHERE = new Set(['find', 'see', 'file', 'download', 'upload', 'enter', 'report'].map(meaningOf));

function questionsDiffer(a: Reading, b: Reading): boolean {
  // `Close my account` wants it done, `How do I close it?` wants to know; `Show my balance` and `What is it?` are one.
  const isHow = ({ act, how }: Reading) => act === 'open' && how;
  if (a.act !== b.act && (a.act === 'yesno' || b.act === 'yesno' || isHow(a) || isHow(b))) return true;
  const somewhere = a.tokens.some(({ key }) => DONE_SOMEWHERE.has(key));
  const strict = (asked: readonly string[]) => asked.filter((word) => word !== 'where' || !somewhere);
  return !equal(strict(a.asked), strict(b.asked));
}

function rolesDiffer(a: Reading, b: Reading): boolean {
  if (a.owners.length > 0 && b.owners.length > 0 && !equal(a.owners, b.owners)) return true;
  const onlyActs = (one: Reading, other: Reading) =>
    one.self.acts && !one.self.isObject && other.self.isObject && !other.self.acts;
  if (onlyActs(a, b) || onlyActs(b, a)) return true;
  return a.from.some((word) => b.to.includes(word)) || b.from.some((word) => a.to.includes(word));
}

/** Whether two words stand the other way round, as in `the dog bit the man`. Dates may stand anywhere. */
function turned(a: Reading, b: Reading): boolean {
  const order = (tokens: readonly Token[]) => {
    const first = new Map<string, Token & { readonly at: number }>();
    for (const token of tokens)
      if (isPlaced(token) && !first.has(token.key)) first.set(token.key, { ...token, at: first.size });
    return first;
  };
  const [inA, inB] = [order(a.tokens), order(b.tokens)];
  const shared = [...inA.values()].filter(({ key }) => inB.has(key));
  let [inverted, otherVoice] = [false, false];
  for (const one of shared)
    for (const other of shared) {
      const [x, y] = [inB.get(one.key)!, inB.get(other.key)!];
      if (one.at >= other.at || x.at < y.at || isCompound(one, other, x, y)) continue;
      if (isVoice(one, other, x, y)) otherVoice = true;
      else inverted = true;
    }
  // `The customer charged` and `the customer was charged`.
  if (!otherVoice && shared.some((token) => token.participle !== inB.get(token.key)!.participle)) return true;
  // `The dog bit the man` and `the man was bitten by the dog` are turned and the same; not turned, they are not.
  return a.passive === b.passive ? inverted : !(inverted || otherVoice);
}

const isPlaced = ({ kind, key }: Token): boolean => kind !== 'date' && key !== 'next' && key !== 'last';

type Placed = Token & { readonly at: number };

/** `printer on the floor` and `floor printer`. */
const isCompound = (one: Placed, other: Placed, x: Placed, y: Placed): boolean =>
  (other.at - one.at === 1 && other.afterPreposition && x.at - y.at === 1 && !x.afterPreposition) ||
  (x.at - y.at === 1 && x.afterPreposition && other.at - one.at === 1 && !other.afterPreposition);

/** `encrypt my data` and `my data is encrypted`. */
const isVoice = (one: Placed, other: Placed, x: Placed, y: Placed): boolean =>
  one.participle !== x.participle || other.participle !== y.participle;
