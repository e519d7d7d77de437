import { readFileSync } from 'node:fs';

/** A line of mails.jsonl. */
export interface Mail {
  /** A hash of the body's letters. */
  readonly id: string;
  readonly from: string;
  readonly subject: string;
  /** Plain text of at most 4,000 characters. */
  readonly body: string;
  readonly links: number;
  /** When it was sent, in ISO 8601, as the sender's clock says; absent where the mail gives no date. */
  readonly received?: string;
  readonly label: 'ham' | 'spam';
}

export const readMails = (file: string): Mail[] =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Mail);

/** A mail as a prompt may give it: without its sender and with. */
export const textsOf = ({ from, subject, body }: Mail): string[] => [
  `${subject}\n${body}`,
  `${from}\n${subject}\n${body}`,
];
