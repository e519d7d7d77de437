import { createHash, createHmac } from 'node:crypto';
import { canonicalJson } from '../canonical-json';

// Crockford's base 32: no I, L, O or U, so that an id can be read aloud.
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const FORM = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/** Whether a text has the form of a decision id: 26 characters, 128 bits. */
export const isDecisionId = (text: string): boolean => FORM.test(text);

/**
 * The id of a request with an idempotency key: a function of pipeline, caller and key.
 * HMAC-SHA-256 under a secret, so that nobody can work out another's ids.
 */
export function keyedId(secret: string, pipeline: string, caller: string, key: string): string {
  const mac = createHmac('sha256', secret)
    .update(JSON.stringify([pipeline, caller, key]))
    .digest();
  return encode(mac.subarray(0, 16));
}

/** A ULID: 48 bits of time (`now` in epoch milliseconds), then 80 random bits (`random`: ten bytes). */
export function ulid(now: number, random: Uint8Array): string {
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(now) << 16n);
  bytes.set(random.subarray(0, 10), 6);
  return encode(bytes);
}

/** SHA-256 of a value's canonical form. */
export const inputHash = (input: unknown): string => hashText(canonicalJson(input));

export const hashText = (text: string): string => createHash('sha256').update(text).digest('base64url');

/** A number from 0 to below 1 that a decision's id determines, another one for each purpose. */
export const drawOf = (id: string, purpose: string): number =>
  createHash('sha256').update(`${purpose}:${id}`).digest().readUIntBE(0, 6) / 2 ** 48;

function encode(bytes: Uint8Array): string {
  let value = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  let text = '';
  for (let i = 0; i < 26; i++, value >>= 5n) text = ALPHABET[Number(value & 31n)] + text;
  return text;
}
