import { type Span, spansOf } from './span';

const LOCAL = /[\p{L}\p{N}._%+'’-]/u;
const DOMAIN = /[\p{L}\p{N}.-]/u;

/** Addresses of mail: what stands around an @, as far as it can belong to one (RFC 5321, 4.5.3.1). */
export function emails(text: string): Span[] {
  const spans: Span[] = [];
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    let start = at;
    while (start > 0 && at - start < 64 && LOCAL.test(text[start - 1]!)) start--;
    while (start < at && /[.'’-]/.test(text[start]!)) start++;
    let end = at + 1;
    while (end < text.length && end - at <= 253 && DOMAIN.test(text[end]!)) end++;
    while (end > at && /[.-]/.test(text[end - 1]!)) end--;
    if (start < at && /^[\p{L}\p{N}].*\.[\p{L}][\p{L}\p{N}-]{1,62}$/u.test(text.slice(at + 1, end)))
      spans.push({ kind: 'email', start, end });
  }
  return spans;
}

const PHONES: readonly RegExp[] = [
  // With the country's code.
  /(?<![\p{L}\d+])\+ ?\(?\d(?:[ \u00a0./()-]{0,3}\d){6,14}(?!\d)/gu,
  /(?<![\p{L}\d.,-])00[1-9](?:[ \u00a0./()-]{0,3}\d){8,13}(?!\d)/gu,
  // North America.
  /(?<![\p{L}\d.-])(?:1[ .-]?)?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[ .-])[2-9]\d{2}[ .-]\d{4}(?![\p{L}\d]|[.-]\d)/gu,
  // Whose area stands in parentheses.
  /(?<![\p{L}\d])\(\d{2,4}\)[ -]{0,2}\d{3,4}[ -]\d{3,4}(?![\p{L}\d]|[.-]\d)/gu,
  // Europe and others: a zero, the area, groups of figures.
  /(?<![\p{L}\d.,:/+-])\(?0[1-9]\d{0,3}\)?(?:[ \u00a0/-]{1,3}\d{1,8}){1,5}(?![\p{L}\d]|[.,:]\d)/gu,
  /(?<![\p{L}\d.,:/+-])0[1-9](?:[. ]\d{2}){4}(?![\p{L}\d])/gu,
  /(?<![\p{L}\d.,:/+-])(?:0[67]\d{8}|07\d{9}|01[5-7]\d{8,9})(?![\p{L}\d])/gu,
];
/** After a word that says so, any number of six figures is one. */
const CALLED =
  /\b(?:tel|tél|tlf|tfno|phone|telephone|telefono?|téléphone|teléfono|fax|telefax|mobile?|mobiel|móvil|cell|cellphone|handy|call|dial|ring|sms|whatsapp|hotline|rufnummer|anrufen)\b(?:[^\n\d+(@]{0,20})(\(?\d(?:[ \u00a0./()-]{0,2}\d){5,14})(?![\p{L}\d])/giu;
const DATE = /^\(?(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}[./-]\d{1,2}[./-]\d{1,2})/;

export const phones = (text: string): Span[] => [
  ...PHONES.flatMap((pattern) => spansOf('phone', text, pattern, isPhone)),
  ...spansOf('phone', text, CALLED, (found) => !DATE.test(found)),
];

function isPhone(found: string): boolean {
  const digits = found.replace(/\D/g, '').length;
  return digits >= (found.startsWith('+') ? 7 : 9) && digits <= 16 && !DATE.test(found);
}

const IPV4 = /(?<![\p{L}\p{N}_.])(?:\d{1,3}\.){3}\d{1,3}(?![\p{L}\p{N}_]|\.\d)/gu;
const IPV6 = /(?<![\p{L}\p{N}_:.])(?:[0-9a-f]{1,4})?(?::{1,2}[0-9a-f]{1,4}){1,7}(?:::)?(?![\p{L}\p{N}_:])/giu;
/** What has as many dots and is no address. */
const NUMBERED =
  /\b(?:v|ver|versions?|release|build|driver|firmware|section|chapter|clause|abschnitt|kapitel|oid)[.:]? ?$/i;

export const addressesOfHosts = (text: string): Span[] => [
  ...spansOf('ip', text, IPV4, (found, before) => isIpv4(found) && !NUMBERED.test(before)),
  ...spansOf('ip', text, IPV6, isIpv6),
];

const isIpv4 = (found: string): boolean => {
  const parts = found.split('.');
  return parts.every((part) => Number(part) <= 255 && String(Number(part)) === part) && !/^(?:0|127)\./.test(found);
};

/** Eight groups, or fewer around one `::` (RFC 4291, 2.2); what names in code have between them has no figures. */
function isIpv6(found: string): boolean {
  const gaps = found.split('::').length - 1;
  const groups = found.split(':').filter((group) => group !== '').length;
  return /\d/.test(found) && (gaps === 0 ? groups === 8 : gaps === 1 && groups >= 2 && groups <= 7);
}
