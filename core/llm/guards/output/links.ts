import type { GuardAnswer } from '../run-guards';
import { type Answered, saidIn } from './answered';

/** What runs or holds something instead of leading somewhere. Blanks and line ends inside do not stop a browser. */
const SCRIPT =
  /(?<!\p{L})(?:j\s?a\s?v\s?a|v\s?b)\s?s\s?c\s?r\s?i\s?p\s?t\s?:\s{0,3}[\w$.]{0,40}\s?[([{=`/%'"]|(?<!\p{L})data\s?:\s?(?:[a-z]{1,20}\/[a-z0-9.+-]{1,40}|;base64|,)|(?<!\p{L})(?:(?:file|filesystem):\/\/|blob:http)|(?:\]\(|(?:href|src)\s{0,3}=)[\s<"']{0,5}(?:javascript|vbscript|data)\s?:/iu;
/** A picture is fetched without a click. */
const IMAGE =
  /!\[[^\]]{0,200}\]\(\s{0,5}<?([^)\s>]{1,2000})|<(?:img|iframe|script|link|object|embed|video|audio|source)\s[^<>]{0,500}?(?:src|href|data)\s{0,3}=\s{0,3}["']?([^"'\s>]{1,2000})/gi;
const TARGET = /\]\(\s{0,5}<?(\/\/[^)\s>]{1,2000})/g;
const REFERENCE = /^\s{0,3}\[[^\]\n]{1,100}\]:\s{0,5}<?(\S{1,2000}?)>?\s*$/gm;
const URLS =
  /(?<![\p{L}\p{N}])(?:(?:https?|ftp|wss?):[\\/]{1,3}|[a-z][a-z0-9+.-]{1,15}:\/\/|www\.)(?:\[[0-9a-f:.]{2,45}\])?[^\s<>"'`)\]}|\\^]{1,2000}/giu;
/** A host without a scheme, with a path or of a usual ending: what shows texts may well make a link of it. */
const BARE =
  /(?<![\p{L}\p{N}@:/._-])(?:[\p{L}\p{N}][\p{L}\p{N}-]{0,62}\.){1,6}(?:\p{L}{2,24}\/[^\s<>"'`)\]}|\\^]{0,2000}|(?:com|net|org|info|biz|io|co|app|dev|xyz|top|site|online|shop|link|click|ru|cn)(?![\p{L}\p{N}@/-]|\.[\p{L}\p{N}]))/giu;
const PUNCTUATION = /[.,;:!?…]+$/u;
const ENTITY = /&#(?:x([0-9a-f]{1,6})|(\d{1,7}));?/gi;

type Fault = 'link-script' | 'link-image' | 'link-user' | 'link-ip' | 'link-lookalike' | 'link-unknown';

/**
 * Links of an answer that may not be followed: those that run something, load a picture and so tell somebody what stands
 * in their address, hide where they lead, or lead where neither the request nor the list of hosts does.
 */
export function linksGuard(allowed: readonly string[]): (answered: Answered) => GuardAnswer {
  return (answered) => {
    const said = shown(saidIn(answered));
    const fault = SCRIPT.test(said) ? 'link-script' : faultOfLinks(said, answered, allowed);
    return { score: fault ? 1 : 0, code: fault ?? 'link' };
  };
}

function faultOfLinks(said: string, { data }: Answered, allowed: readonly string[]): Fault | undefined {
  const images = found(said, IMAGE);
  if (images.some((image) => !isAllowed(parse(image)?.hostname ?? '', allowed))) return 'link-image';
  const links = new Set([URLS, BARE, TARGET, REFERENCE].flatMap((pattern) => found(said, pattern)));
  if (links.size === 0) return undefined;
  const text = shown(data.join('\n'));
  const given = new Set([URLS, BARE].flatMap((pattern) => found(text, pattern)).map(addressOf));
  return [...links]
    .filter((link) => !given.has(addressOf(link)) && !text.includes(link))
    .map((link) => faultOf(link, allowed))
    .find((fault) => fault !== undefined);
}

function faultOf(link: string, allowed: readonly string[]): Fault | undefined {
  const url = parse(link);
  if (!url) return 'link-unknown';
  if (url.username !== '' || url.password !== '') return 'link-user';
  if (isAllowed(url.hostname, allowed)) return undefined;
  if (/^\[|^(?:\d{1,3}\.){3}\d{1,3}$/.test(url.hostname)) return 'link-ip';
  return /(?:^|\.)xn--/.test(url.hostname) ? 'link-lookalike' : 'link-unknown';
}

const isAllowed = (host: string, allowed: readonly string[]): boolean =>
  allowed.some((one) => host === one || host.endsWith(`.${one}`));

const found = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map((match) => (match[1] ?? match[2] ?? match[0]).replace(PUNCTUATION, ''));

/** Hosts are written out as what they are: figures of any base as an IP address, other scripts as `xn--`. */
function parse(link: string): URL | undefined {
  const address = link.startsWith('//')
    ? `https:${link}`
    : /^[a-z][a-z0-9+.-]*:/i.test(link)
      ? link
      : `https://${link}`;
  return URL.canParse(address) ? new URL(address) : undefined;
}

/** Two links to the same are alike, whatever their scheme and how their host is written. */
function addressOf(link: string): string {
  const url = parse(link);
  if (!url) return link;
  const user = url.username === '' ? '' : `${url.username}@`;
  return `${user}${url.host}${url.pathname.replace(/\/$/, '')}${url.search}${url.hash}`;
}

/** As a page would show it: entities resolved, nothing that is not seen. Look-alike letters stay what they are. */
const shown = (text: string): string =>
  text
    .replace(ENTITY, (whole, hex: string | undefined, decimal: string | undefined) => {
      const code = hex === undefined ? Number(decimal) : parseInt(hex, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    })
    .replace(/\p{Cf}/gu, '');
