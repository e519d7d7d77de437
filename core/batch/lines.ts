/** A line of a file, without its end; its text is missing where it is too long or not UTF-8. */
export interface Line {
  /** From 1. */
  readonly line: number;
  readonly text?: string;
  readonly fault?: 'LINE_TOO_LONG' | 'NOT_UTF8';
}

export const NEWLINE = 10;

/** A line of these bytes alone is blank: space, tab, carriage return. Other white space is none to JSON. */
export const isBlank = (byte: number): boolean => byte === 32 || byte === 9 || byte === 13;

/** The lines of bytes that are not blank. Never holds more than `most` bytes of a line. */
export async function* linesOf(
  bytes: AsyncIterable<Uint8Array>,
  first: number,
  most: number,
): AsyncGenerator<Line, void, undefined> {
  let line = first;
  let held: Uint8Array[] = [];
  let size = 0;
  let blank = true;
  const end = (): Line | undefined => {
    const read = blank ? undefined : { line, ...(size > most ? ({ fault: 'LINE_TOO_LONG' } as const) : decode(held)) };
    held = [];
    size = 0;
    blank = true;
    return read;
  };
  const add = (part: Uint8Array) => {
    size += part.length;
    blank &&= part.every(isBlank);
    if (size <= most) held.push(part);
    else held = [];
  };
  for await (const piece of bytes) {
    let from = 0;
    for (let to = piece.indexOf(NEWLINE); to >= 0; to = piece.indexOf(NEWLINE, from)) {
      add(piece.subarray(from, to));
      const read = end();
      if (read) yield read;
      line++;
      from = to + 1;
    }
    add(piece.subarray(from));
  }
  const read = end();
  if (read) yield read;
}

/** A byte order mark at the start is not part of the text. */
function decode(parts: readonly Uint8Array[]): { readonly text: string } | { readonly fault: 'NOT_UTF8' } {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    const text = parts.map((part) => decoder.decode(part, { stream: true })).join('');
    return { text: text + decoder.decode() };
  } catch {
    return { fault: 'NOT_UTF8' };
  }
}
