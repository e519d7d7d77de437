import type { Given } from '../personal-data';
import { textsIn } from '../personal-data';
import { type View, viewsOf } from '../../views';

/** An answer and what it was given for, as the model saw it: masked. */
export interface Answered {
  /** The answer as it was read, before anything is restored in it. */
  readonly answer: Readonly<Record<string, unknown>>;
  /** What the system told the model. */
  readonly system: string;
  /** The texts of the request that the model was given. */
  readonly data: readonly string[];
  /** The token that the system's message holds; undefined where it holds none. */
  readonly canary?: string | undefined;
  /** The placeholders that stand in the data for personal data. */
  readonly given: Given;
}

/** All that an answer says, a text a line. */
export const saidIn = ({ answer }: Pick<Answered, 'answer'>): string => textsIn(answer).join('\n');

/** Letters and figures alone, in lower case: how a text is spaced, set and punctuated makes no difference. */
export const bare = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');

/** Of some views only the start is made; so a long answer is viewed in parts that overlap. */
const PART = 4_000;
const OVERLAP = 300;

/** What an answer says, and what it says in simple encodings. */
export function viewsIn(answered: Pick<Answered, 'answer'>): View[] {
  const said = saidIn(answered);
  const starts = Array.from({ length: Math.ceil(said.length / (PART - OVERLAP)) }, (_, i) => i * (PART - OVERLAP));
  return starts.flatMap((start) => viewsOf(said.slice(start, start + PART)));
}
