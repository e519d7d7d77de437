import { isLuhn } from './account-numbers';
import { type Span, spansOf } from './span';

const figures = (text: string): string => text.replace(/\D/g, '');
const weighted = (digits: string, weights: readonly number[]): number =>
  weights.reduce((sum, weight, i) => sum + weight * Number(digits[i]), 0);
const isDay = (month: number, day: number): boolean => month >= 1 && month <= 12 && day >= 1 && day <= 31;

interface NationalId {
  readonly pattern: RegExp;
  readonly valid: (found: string) => boolean;
  /** What must stand before it, where its digits alone say too little. */
  readonly cue?: RegExp;
}

/** Numbers that states give people, with their check digits where they have some. */
const IDS: readonly NationalId[] = [
  // United States, SSN: no check digit, but numbers that are never given.
  {
    pattern: /(?<![\p{L}\d-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\p{L}\d]|-\d)/gu,
    valid: () => true,
  },
  {
    pattern: /(?<![\p{L}\d])(?!000|666|9)\d{3} ?(?!00)\d{2} ?(?!0000)\d{4}(?![\p{L}\d])/gu,
    valid: () => true,
    cue: /\b(?:ssn|social security)\b/i,
  },
  // United Kingdom, National Insurance: no check digit.
  {
    pattern:
      /(?<![\p{L}\d])(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D](?![\p{L}\d])/gu,
    valid: () => true,
  },
  // Spain, DNI and NIE.
  {
    pattern: /(?<![\p{L}\d])(?:\d{8}|[XYZ]-?\d{7})-?[A-HJ-NP-TV-Z](?![\p{L}\d])/gu,
    valid: (found) => {
      const id = found.replace(/-/g, '');
      const number = Number(id.slice(0, -1).replace(/^[XYZ]/, (first) => String('XYZ'.indexOf(first))));
      return 'TRWAGMYFPDXBNJZSQVHLCKE'[number % 23] === id.at(-1);
    },
  },
  // Italy, codice fiscale.
  {
    pattern: /(?<![\p{L}\d])[A-Z]{6}\d{2}[ABCDEHLMPRST]\d{2}[A-Z]\d{3}[A-Z](?![\p{L}\d])/giu,
    valid: (found) => isCodiceFiscale(found.toUpperCase()),
  },
  // France, NIR.
  {
    pattern: /(?<![\p{L}\d])[12] ?\d{2} ?[0-9]\d ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}(?![\p{L}\d])/gu,
    valid: (found) => {
      const id = found.replace(/ /g, '').replace('2A', '19').replace('2B', '18');
      return 97n - (BigInt(id.slice(0, 13)) % 97n) === BigInt(id.slice(13));
    },
  },
  // Belgium, national register.
  {
    pattern: /(?<![\p{L}\d])\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}(?!\d)/gu,
    valid: (found) => {
      const id = figures(found);
      return ['', '2'].some((century) => 97 - (Number(century + id.slice(0, 9)) % 97) === Number(id.slice(9)));
    },
  },
  // Poland, PESEL: the month tells the century.
  {
    pattern: /(?<![\p{L}\d.,-])\d{11}(?![\p{L}\d])/gu,
    valid: (id) =>
      isDay(Number(id.slice(2, 4)) % 20, Number(id.slice(4, 6))) &&
      weighted(id, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0,
  },
  // Sweden, personnummer.
  {
    pattern: /(?<![\p{L}\d-])(?:19|20)?\d{6}[-+]\d{4}(?![\p{L}\d]|-\d)/gu,
    valid: (found) => {
      const id = figures(found).slice(-10);
      return isDay(Number(id.slice(2, 4)), Number(id.slice(4, 6)) % 60) && isLuhn(id);
    },
  },
  // Finland, henkilötunnus.
  {
    pattern: /(?<![\p{L}\d])\d{6}[-+A-FU-Y]\d{3}[0-9A-FHJ-NPR-Y](?![\p{L}\d])/gu,
    valid: (id) => '0123456789ABCDEFHJKLMNPRSTUVWXY'[Number(figures(id.slice(0, 10))) % 31] === id.at(-1),
  },
  // The Netherlands, BSN: every eleventh number of nine digits is one.
  {
    pattern: /(?<![\p{L}\d])\d{9}(?![\p{L}\d])/gu,
    valid: (id) => weighted(id, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0,
    cue: /\b(?:bsn|burgerservicenummer|sofinummer)\b/i,
  },
  // Germany, tax id: every tenth number of eleven digits is one.
  {
    pattern: /(?<![\p{L}\d])[1-9]\d ?\d{3} ?\d{3} ?\d{3}(?![\p{L}\d])/gu,
    valid: (found) => isGermanTaxId(figures(found)),
    cue: /steuer|\b(?:idnr|tin|tax id)/i,
  },
];

export const nationalIds = (text: string): Span[] =>
  IDS.flatMap(({ pattern, valid, cue }) =>
    spansOf('id', text, pattern, (found, before) => (cue?.test(before) ?? true) && valid(found)),
  );

const ODD = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

/** Letters and figures count by their place in the alphabet, those at odd places by a table (D.M. 23 December 1976). */
function isCodiceFiscale(code: string): boolean {
  const place = (sign: string) => (/\d/.test(sign) ? Number(sign) : sign.charCodeAt(0) - 65);
  const sum = [...code.slice(0, 15)].reduce((all, sign, i) => all + (i % 2 === 0 ? ODD[place(sign)]! : place(sign)), 0);
  return sum % 26 === place(code[15]!);
}

/** ISO 7064 mod 11, 10. */
function isGermanTaxId(id: string): boolean {
  const product = [...id.slice(0, 10)].reduce((rest, digit) => (2 * ((Number(digit) + rest) % 10 || 10)) % 11, 10);
  return (11 - product) % 10 === Number(id[10]);
}
