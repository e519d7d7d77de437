/** A name as a JSON Pointer writes it (RFC 6901). A longer one is cut: an answer must have a bound. */
export const escapePointer = (name: string): string => name.slice(0, 200).replace(/~/g, '~0').replace(/\//g, '~1');
