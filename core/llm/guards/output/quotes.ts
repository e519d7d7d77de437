import { PLACEHOLDERS } from '../personal-data';
import type { GuardAnswer } from '../run-guards';
import { type Answered, bare, saidIn } from './answered';

/** Fewer words may be a name, a title, or irony. */
const FEWEST_WORDS = 4;
/** Straight marks behind figures are inches. */
const QUOTES =
  /(?<![\p{L}\p{N}])"([^"\n]{1,600})"(?![\p{L}\p{N}])|“([^“”]{1,600})”|„([^„“”]{1,600})[“”]|«([^«»]{1,600})»|»([^«»]{1,600})«|「([^「」]{1,600})」/gu;
const LEFT_OUT = /\s*(?:\[?(?:\.{3}|…)\]?)\s*/u;
const WORDS = /[\p{L}\p{N}][\p{L}\p{M}\p{N}'’-]*/gu;

/** Whether an answer puts words into quotation marks that neither the request nor the system said. */
export function quotesGuard(answered: Answered): GuardAnswer {
  const quotes = [...saidIn(answered).matchAll(QUOTES)]
    .map((match) => match.slice(1).find((quote) => quote !== undefined)!)
    .filter((quote) => (quote.match(WORDS) ?? []).length >= FEWEST_WORDS);
  if (quotes.length === 0) return { score: 0, code: 'quote' };
  const told = bare([...answered.data, answered.system].join('\n'));
  const isTold = (quote: string) => quote.split(LEFT_OUT).every((part) => told.includes(bare(part)));
  return { score: quotes.every(isTold) ? 0 : 1, code: 'quote' };
}

/** Whether an answer holds a placeholder that stands for nothing: neither given out nor part of the request. */
export function placeholdersGuard(answered: Answered): GuardAnswer {
  const known = new Set(answered.data.flatMap((text) => text.match(PLACEHOLDERS) ?? []));
  const used = saidIn(answered).match(PLACEHOLDERS) ?? [];
  const invented = used.some((placeholder) => !answered.given.has(placeholder) && !known.has(placeholder));
  return { score: invented ? 1 : 0, code: 'placeholder' };
}
