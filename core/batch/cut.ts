import { NEWLINE, isBlank } from './lines';

/** A piece of the file: whole lines. */
export interface Chunk {
  readonly chunk: number;
  /** Bytes from the start of the file; `to` is the first that is not in it. */
  readonly from: number;
  readonly to: number;
  /** Number of its first line, from 1. */
  readonly line: number;
}

/** A chunk ends after so many lines, or with the line that makes it this large. */
const MOST_LINES = 100;
const MOST_BYTES = 256 * 1024;
/** A file with a longer line is not one of lines. */
const LONGEST_LINE = 16 * 1024 * 1024;

/** Where to go on with cutting: the next chunk, and how many lines before it are not blank. */
export type Cursor = Omit<Chunk, 'to'> & { readonly total: number };

/**
 * Cuts the rest of a file into chunks of whole lines, at most so many, and holds none of them.
 * @returns where to go on, or that this was the rest
 */
export async function cut(
  rest: AsyncIterable<Uint8Array>,
  start: Cursor,
  most: number,
  found: (chunk: Chunk) => Promise<void>,
): Promise<{ readonly next: Cursor } | { readonly end: Cursor } | { readonly fault: 'LINE_TOO_LONG' }> {
  let { chunk, from, line, total } = start;
  let at = from;
  let lineStart = from;
  let lines = 0;
  let blank = true;
  const endLine = () => {
    lines++;
    if (!blank) total++;
    blank = true;
    lineStart = at;
  };
  const close = async () => {
    await found({ chunk, from, to: at, line });
    chunk++;
    line += lines;
    from = at;
    lines = 0;
  };
  for await (const piece of rest) {
    for (const byte of piece) {
      at++;
      if (byte !== NEWLINE) {
        blank &&= isBlank(byte);
        continue;
      }
      endLine();
      if (lines < MOST_LINES && at - from < MOST_BYTES) continue;
      await close();
      if (chunk - start.chunk >= most) return { next: { chunk, from, line, total } };
    }
    if (at - lineStart > LONGEST_LINE) return { fault: 'LINE_TOO_LONG' };
  }
  if (at > lineStart) endLine();
  if (at > from) await close();
  return { end: { chunk, from, line, total } };
}
