import type { DurationText } from '../../pipeline/definition';

/**
 * What becomes of a decision whose text a guard flags. `fallback`: the fallback chain runs, as if the model had said
 * nothing. `review`: a person decides. `monitor`: it is counted, and nothing else; nor does a failure of the guard act.
 */
export const ON_FLAG = ['fallback', 'review', 'monitor'] as const;
export type OnFlag = (typeof ON_FLAG)[number];

/** What becomes of it where the guard is slow, fails or answers garbage. `open`: it goes on; `closed`: as if flagged. */
export const ON_FAILURE = ['open', 'closed', 'review'] as const;
export type OnFailure = (typeof ON_FAILURE)[number];

/** One guard: what looks, and what follows. */
export interface Guard<Use> {
  readonly use: Use;
  readonly onFlag: OnFlag;
  /** @default 'closed' */
  readonly onFailure?: OnFailure;
  /** How long an endpoint may take; what looks without one is quick and cannot be interrupted. @default '200ms' */
  readonly within?: DurationText;
}

/** A classifier of texts behind a SageMaker endpoint, as the containers of Hugging Face serve them. */
export interface ClassifierUse {
  readonly endpoint: string;
  /** The labels that mean an attack; their scores are added. */
  readonly attack: readonly string[];
  /** From which score on a text is flagged, above 0 to 1. @default 0.5 */
  readonly threshold?: number;
}

/** Letters may be of these Unicode scripts, such as `Latin` or `Greek`. */
export interface ScriptsUse {
  readonly scripts: readonly string[];
}

/** Links of an answer may lead to these hosts and those below them, beside the links of the request itself. */
export interface LinksUse {
  readonly links: readonly string[];
}

/** `builtin`: sizes, encodings, characters that are not shown or look alike, repetition, injections. */
export type InputUse = 'builtin' | ScriptsUse | ClassifierUse;

/**
 * `prompt`: the answer repeats what the system told the model. `canary`: it repeats a token that stands there for nothing
 * else. `quotes`: it quotes what nobody said. `placeholders`: it names one that stands for nothing.
 */
export const OUTPUT_USES = ['prompt', 'canary', 'quotes', 'placeholders'] as const;
export type OutputUse = (typeof OUTPUT_USES)[number] | LinksUse | ClassifierUse;

export const PERSONAL_KINDS = ['email', 'phone', 'iban', 'card', 'id', 'ip', 'birth-date', 'address', 'name'] as const;
export type PersonalKind = (typeof PERSONAL_KINDS)[number];

/** Personal data that the model is not told: a placeholder such as `[EMAIL_1]` stands for it. */
export interface PersonalData {
  readonly mask: readonly PersonalKind[];
  /** Fields that hold somebody's name, such as `input.from`: it is masked wherever it stands. @default - none */
  readonly names?: readonly string[];
  /** Members of the answer in which placeholders become what they stand for. @default - none */
  readonly restore?: readonly string[];
}

/** What looks at the texts of a request before a language model does, and at its answer. Guards have names of your own. */
export interface LlmGuards {
  readonly input?: Readonly<Record<string, Guard<InputUse>>>;
  readonly personalData?: PersonalData;
  readonly output?: Readonly<Record<string, Guard<OutputUse>>>;
}
