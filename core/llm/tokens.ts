import { countTokens, setMergeCacheSize } from 'gpt-tokenizer/encoding/cl100k_base';

/**
 * How many tokens texts have. This module brings a vocabulary of nearly a megabyte with it: import it with `import()`, and
 * only where a pipeline asks a language model.
 */

/**
 * Models have tokenizers of their own. Of this project's texts 99 in 100 have at most 4 % more tokens in OpenAI's newer
 * vocabulary than in the one used here, most have fewer (bench/tokens.ts).
 */
const MARGIN = 1.1;
/** What a chat template puts around each message: role, beginning and end. Llama's and ChatML's stay below. */
export const MESSAGE_TOKENS = 8;

/** Characters after which it is asked whether there are too many already. */
const BLOCK = 4_096;
/** Words and gaps of more characters are cut. */
const LONGEST_RUN = 128;
/** Merging pairs takes the square of a run's length: without the cut, a word of 256 KB would take a minute. */
const LONG_RUN = new RegExp(`\\S{${LONGEST_RUN}}(?=\\S)|\\s{${LONGEST_RUN}}(?=\\s)`, 'gu');

// In the library's own limit fit tens of megabytes of other people's texts.
setMergeCacheSize(10_000);

/**
 * Tokens in the cl100k vocabulary; up to 1 in 128 characters more where a text has longer runs without a space. Counting ends
 * once there are more than `most`.
 */
export function tokensIn(text: string, most = Infinity): number {
  let count = 0;
  for (const part of partsOf(text)) {
    count += countOf(part);
    if (count > most) break;
  }
  return count;
}

/** What to reserve for a text: its tokens and a tenth more. Without the frame of its message. Ends like `tokensIn`. */
export const estimateTokens = (text: string, most = Infinity): number =>
  Math.ceil(tokensIn(text, most / MARGIN) * MARGIN);

/** Parts that have as many tokens together as the text has, save for runs that are cut. */
function* partsOf(text: string): Generator<string> {
  for (let from = 0; from < text.length;) {
    const end = blockEnd(text, from);
    const block = text.slice(from, end);
    from = end;
    let start = 0;
    for (const { index, 0: run } of block.matchAll(LONG_RUN)) {
      yield block.slice(start, index + run.length);
      start = index + run.length;
    }
    yield block.slice(start);
  }
}

/** No token reaches over the end of a word that a blank follows. */
function blockEnd(text: string, from: number): number {
  let end = text.indexOf(' ', from + BLOCK);
  while (end >= 0 && /\s/.test(text[end - 1]!)) end = text.indexOf(' ', end + 1);
  return end < 0 ? text.length : end;
}

// What looks like a control token is text like any other.
const countOf = (text: string): number => countTokens(text, { disallowedSpecial: new Set() });
