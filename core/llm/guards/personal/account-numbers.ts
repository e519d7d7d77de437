import type { Span } from './span';

/** Lengths of IBANs by country (SWIFT, IBAN Registry). */
const IBAN_LENGTHS = new Map(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 ' +
    'FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 ' +
    'LV21 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 ' +
    'SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20'
  )
    .split(' ')
    .map((one): [string, number] => [one.slice(0, 2), Number(one.slice(2))]),
);
const IBAN_START = /(?<![\p{L}\p{N}])[a-z]{2}\d{2}/giu;
const NUMBER_START = /(?<![\p{L}\p{N}]|\d[.,])\d/gu;
/** First digits and lengths of payment cards. */
const CARDS: readonly (readonly [RegExp, readonly number[]])[] = [
  [/^4/, [19, 16, 13]],
  [/^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, [16]],
  [/^3[47]/, [15]],
  [/^3(?:[68]|0[0-5])/, [14]],
  [/^(?:6011|65|64[4-9]|35(?:2[89]|[3-8]))/, [16]],
  [/^62/, [19, 18, 17, 16]],
];

/** IBANs and numbers of payment cards whose check digits are right. */
export const accountNumbers = (text: string): Span[] => [...ibans(text), ...cards(text)];

const ibans = (text: string): Span[] =>
  [...text.matchAll(IBAN_START)].flatMap(({ 0: head, index }): Span[] => {
    const length = IBAN_LENGTHS.get(head.slice(0, 2).toUpperCase());
    const taken = length === undefined ? undefined : take(text, index, length, /[A-Za-z0-9]/);
    return taken && isIban(taken.signs.toUpperCase()) ? [{ kind: 'iban', start: index, end: taken.end }] : [];
  });

const cards = (text: string): Span[] =>
  [...text.matchAll(NUMBER_START)].flatMap(({ index }): Span[] => {
    const lengths = CARDS.find(([first]) => first.test(take(text, index, 4, /\d/)?.signs ?? ''))?.[1] ?? [];
    for (const length of lengths) {
      const taken = take(text, index, length, /\d/);
      if (taken && isLuhn(taken.signs)) return [{ kind: 'card', start: index, end: taken.end }];
    }
    return [];
  });

/** So many signs from `start` on, with at most one blank or hyphen between two; none where a word goes on behind. */
function take(text: string, start: number, length: number, sign: RegExp) {
  let signs = '';
  let at = start;
  while (signs.length < length) {
    if (signs !== '' && /[ \u00a0-]/.test(text[at] ?? '')) at++;
    if (!sign.test(text[at] ?? '')) return undefined;
    signs += text[at++];
  }
  return length > 4 && /[\p{L}\p{N}]/u.test(text[at] ?? '') ? undefined : { signs, end: at };
}

/** ISO 7064 mod 97-10. */
function isIban(iban: string): boolean {
  const figures = (iban.slice(4) + iban.slice(0, 4)).replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55));
  return [...figures].reduce((rest, figure) => (10 * rest + Number(figure)) % 97, 0) === 1;
}

/** ISO/IEC 7812-1, annex B. */
export function isLuhn(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, i) => {
    const twice = Number(digit) * (i % 2 === 0 ? 1 : 2);
    return total + (twice > 9 ? twice - 9 : twice);
  }, 0);
  return sum % 10 === 0;
}
