import { type Readable, readable } from './readable';

/** A text, or what can be made of it by a simple trick that a language model would see through. */
export interface View {
  readonly as: 'text' | 'hidden' | 'base64' | 'hex' | 'rot13' | 'reversed' | 'spaced' | 'leet';
  readonly text: string;
}

/** Of longer pieces the start says enough. */
const LONGEST_PIECE = 4_000;
const BASE64 = /[A-Za-z0-9+/_-]{20,}={0,2}/g;
const HEX =
  /(?:[0-9a-f]{2}){10,2000}|(?:(?:\\x|%|0x)[0-9a-f]{2}[\s,;]?){8,2000}|(?:[0-9a-f]{2}\s){8,2000}[0-9a-f]{2}/gi;
const SPACED = /(?<![\p{L}\p{N}])(?:[\p{L}\p{N}][\s._\-*|]{1,2}){5,}[\p{L}\p{N}](?![\p{L}\p{N}])/gu;
const LEET = /[a-zA-Z0134578@$!|]{4,64}/g;
const LETTERS: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '8': 'b',
  '@': 'a',
  $: 's',
  '!': 'i',
  '|': 'l',
};

/** The views of a text that are worth a look, itself first. */
export function viewsOf(given: string, { text, hidden }: Readable = readable(given)): View[] {
  const views: View[] = [{ as: 'text', text }];
  const add = (as: View['as'], found: string) => {
    if (found.trim().length > 3) views.push({ as, text: found.slice(0, LONGEST_PIECE) });
  };
  add('hidden', hidden);
  add('base64', pieces(text, BASE64, fromBase64));
  add('hex', pieces(text, HEX, fromHex));
  const spaced = text.replace(SPACED, (piece) => unspaced(piece));
  if (spaced !== text) add('spaced', spaced);
  const leet = text.replace(LEET, (word) =>
    /[a-z]/i.test(word) && /[0134578@$!]/.test(word) ? [...word].map((sign) => LETTERS[sign] ?? sign).join('') : word,
  );
  if (leet !== text) add('leet', leet);
  const start = text.slice(0, LONGEST_PIECE);
  add('rot13', start.replace(/[a-z]/gi, rot13));
  add('reversed', [...start].reverse().join(''));
  return views;
}

const pieces = (text: string, pattern: RegExp, decode: (piece: string) => string): string =>
  [...text.matchAll(pattern)]
    .slice(0, 20)
    .map(([piece]) => decode(piece.slice(0, LONGEST_PIECE)))
    .filter(isProse)
    .join('\n');

/** Words rather than noise: what decodes to bytes of something else is none. */
const isProse = (text: string): boolean =>
  text.length >= 8 && (text.match(/[\p{L}\p{N}\s.,:;'"!?()-]/gu) ?? []).length > 0.9 * text.length && /\s/.test(text);

const fromBase64 = (piece: string): string => decodeUtf8(bytesOf(piece.replace(/-/g, '+').replace(/_/g, '/')));

function bytesOf(base64: string): Uint8Array {
  try {
    return Uint8Array.from(atob(base64.replace(/=+$/, '')), (sign) => sign.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}

const fromHex = (piece: string): string =>
  decodeUtf8(Uint8Array.from(piece.replace(/\\x|%|0x|[\s,;]/gi, '').match(/../g) ?? [], (two) => parseInt(two, 16)));

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return '';
  }
}

/** Letters far apart are letters of a word, and words are further apart. */
const unspaced = (piece: string): string =>
  piece
    .split(/\s{2,}|[|]/)
    .map((word) => word.replace(/[\s._\-*]/g, ''))
    .join(' ');

const rot13 = (letter: string): string => {
  const base = letter <= 'Z' ? 65 : 97;
  return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base);
};
