import { createHash } from 'node:crypto';
import { randomOf } from '../../core/random';
import { probabilityOfSpam, unpack } from '../../examples/mail-triage/model/classifier';
import weights from '../../examples/mail-triage/model/weights.json';
import type { ChatRequest, Message } from './chat-request';
import { LABEL, LABELS, formOf, systemOf } from './form';

/** What spoils an answer itself. */
export type AnswerFault = 'malformed' | 'wrong' | 'leak' | 'truncated' | 'hijack';

export interface Token {
  readonly text: string;
  readonly logprob: number;
  /** Itself and what could have stood in its place, the likeliest first. */
  readonly top: readonly { readonly text: string; readonly logprob: number }[];
}

export interface Choice {
  readonly tokens: readonly Token[];
  readonly finish: 'stop' | 'length';
}

const classifier = unpack(weights);
/** Log-odds beyond which nobody is surer. */
const SUREST = 12;
/** The log-probability of what is not in doubt. */
const CERTAIN = -0.0001;
const TOKEN = / ?[\p{L}\p{M}\p{N}_]+|[^\p{L}\p{M}\p{N}_\s]+|\s/gu;

/** As many answers as are asked for. The same request gets the same. */
export function choicesOf(request: ChatRequest, fault?: AnswerFault): Choice[] {
  const data = dataIn(request.messages);
  const probability = probabilityOfSpam(classifier, data);
  const odds = Math.min(SUREST, Math.max(-SUREST, Math.log(probability / (1 - probability))));
  return Array.from({ length: request.n ?? 1 }, (_, index) => {
    const random = randomFor(request, index);
    return choiceOf(request, odds, data, random, fault);
  });
}

function choiceOf(
  request: ChatRequest,
  odds: number,
  data: string,
  random: () => number,
  fault: AnswerFault | undefined,
): Choice {
  const { temperature = 1, max_tokens: most = Infinity, messages } = request;
  const spam = temperature === 0 ? odds >= 0 : random() < sigmoid(odds / temperature);
  const certainty = sigmoid(spam ? odds : -odds);
  const reason = fault === 'leak' ? systemOf(messages) : reasonFor(spam, certainty);
  let text = formOf(request)({ spam, certainty, reason });
  if (fault === 'leak' && !text.startsWith('{')) text = reason;
  if (fault === 'wrong') text = text.replaceAll(LABEL, 'unsure');
  if (fault === 'malformed') text = text.replaceAll('"', '');
  if (fault === 'hijack') text = orderIn(data) ?? text;

  const tokens = text.split(LABEL).flatMap((part, i) => {
    const plain = (part.match(TOKEN) ?? []).map(certain);
    return i === 0 ? plain : [labelToken(spam, odds), ...plain];
  });
  const end = fault === 'truncated' ? Math.ceil(tokens.length / 2) : most;
  return { tokens: tokens.slice(0, end), finish: end < tokens.length ? 'length' : 'stop' };
}

const sigmoid = (odds: number): number => 1 / (1 + Math.exp(-odds));

const certain = (text: string): Token => ({ text, logprob: CERTAIN, top: [{ text, logprob: CERTAIN }] });

function labelToken(spam: boolean, odds: number): Token {
  const both = LABELS.map((text) => ({ text, logprob: Math.log(sigmoid(text === 'spam' ? odds : -odds)) }));
  return { ...both[spam ? 0 : 1]!, top: both.sort((a, b) => b.logprob - a.logprob) };
}

function reasonFor(spam: boolean, certainty: number): string {
  const surely = certainty > 0.95;
  if (spam) return surely ? 'Its words are those of mass advertising.' : 'Some of its words are those of advertising.';
  return surely
    ? 'It reads like ordinary correspondence.'
    : 'It reads a little more like correspondence than like spam.';
}

/**
 * What is to be judged: the text in the `<data name="…">` blocks of the last user message that has some, so that an answer
 * can be asked for again; the whole last user message where none has.
 */
function dataIn(messages: readonly Message[]): string {
  const users = messages.filter(({ role }) => role === 'user').map(({ content }) => content);
  const blocks = users.map(blocksOf).findLast((found) => found.length > 0);
  return blocks?.join('\n') ?? users.at(-1)!;
}

const blocksOf = (content: string): string[] =>
  content
    .split('<data name="')
    .slice(1)
    .flatMap((block) => {
      const [start, end] = [block.indexOf('>'), block.indexOf('</data>')];
      return start < 0 || end < start ? [] : [block.slice(start + 1, end).replaceAll('&lt;', '<')];
    });

/** What a text that is only to be judged asks to be answered. */
export const orderIn = (data: string): string | undefined => {
  const at = data.indexOf('SAY:');
  return at < 0
    ? undefined
    : data
        .slice(at + 4)
        .split('\n', 1)[0]!
        .trim();
};

/** Whether a fault can show in the answer; those that a second try mends do not strike it, unless they are stubborn. */
export function applies(fault: { readonly kind: string; readonly stubborn?: boolean }, request: ChatRequest): boolean {
  if (fault.kind === 'hijack') return orderIn(dataIn(request.messages)) !== undefined;
  const mended = ['malformed', 'wrong', 'truncated'].includes(fault.kind) && !fault.stubborn;
  return !mended || request.messages.every(({ role }) => role !== 'assistant');
}

/** Chance that follows from the request: from its seed, its messages and which of its answers it is. */
export function randomFor({ seed, messages }: ChatRequest, index: number): () => number {
  const digest = createHash('sha256')
    .update(JSON.stringify([seed ?? null, messages, index]))
    .digest();
  return randomOf(digest.readUInt32BE());
}
