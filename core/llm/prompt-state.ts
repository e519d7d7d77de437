import type { CompiledLlm } from './compile-llm';
import { drawOf } from '../decision/id';
import type { CompiledPrompt } from './prompt';
import type { Prompts } from './settings';

/** A version that is tried on a share (0 to 1) of the decisions, drawn by their ids. */
export interface PromptTrial {
  readonly version: string;
  readonly share: number;
}

/** Which versions of a prompt decisions are asked by. */
export interface PromptUse {
  readonly live: string;
  readonly candidate: PromptTrial | null;
}

/** The same as the pipeline keeps it. */
export interface PromptState extends PromptUse {
  /** The version that the definition calls live: a deployment that names another begins anew. */
  readonly under: string;
  /** The version that was live before, to which a rollback returns; null where there was none. */
  readonly before: string | null;
  /** When it was set (ISO 8601); null where it never was. */
  readonly since: string | null;
  readonly reason: string | null;
  /** Who set it: a person's `sub`, a caller, or `plumbline`. */
  readonly by: string | null;
  /** Grows by one with each change. */
  readonly version: number;
  readonly watch: PromptWatch;
}

/** What has been seen of the candidate since it began. */
export interface PromptWatch {
  /** The last window that was counted (epoch ms), so that none counts twice. */
  readonly window: number | null;
  /** By fault: the decisions that could have had it, and those that had. */
  readonly seen: Readonly<Record<string, readonly [n: number, k: number]>>;
}

export const UNSEEN: PromptWatch = { window: null, seen: {} };

/** A change of the prompts in use, as it is recorded and announced. */
export interface PromptChange {
  readonly version: number;
  readonly at: string;
  readonly from: PromptUse;
  readonly to: PromptUse;
  readonly reason: string;
  readonly by: string;
}

/**
 * What holds under a definition: what was set, unless it was set under another live version or names versions that the
 * definition no longer has; then the definition's own.
 */
export function promptsUnder(set: PromptState | undefined, { versions, live }: Prompts): PromptState {
  const known = (version: string) => Object.hasOwn(versions, version);
  const holds = set !== undefined && set.under === live && known(set.live);
  if (holds) return set.candidate === null || known(set.candidate.version) ? set : { ...set, candidate: null };
  return {
    live,
    candidate: null,
    under: live,
    before: null,
    since: null,
    reason: null,
    by: null,
    version: set?.version ?? 0,
    watch: UNSEEN,
  };
}

/** The state after other prompts were set, and the change that it is. `at` is ISO 8601. */
export function setPrompts(
  state: PromptState,
  { to, reason, by, at }: Pick<PromptChange, 'to' | 'reason' | 'by' | 'at'>,
): { readonly state: PromptState; readonly change: PromptChange } {
  const version = state.version + 1;
  const { live, candidate } = to;
  const before = live === state.live ? state.before : state.live;
  // What was seen of a candidate is no word on another.
  const watch = { window: state.watch.window, seen: {} };
  return {
    state: { live, candidate, under: state.under, before, since: at, reason, by, version, watch },
    change: { version, at, from: { live: state.live, candidate: state.candidate }, to, reason, by },
  };
}

/** The prompt that a decision is asked by: always the same one for the same id. Without an id, the live one. */
export function promptFor(llm: CompiledLlm, use: PromptUse | undefined, id: string): CompiledPrompt {
  if (!use) return llm.live;
  const { live, candidate } = use;
  const version = candidate && id !== '' && drawOf(id, 'prompt') < candidate.share ? candidate.version : live;
  return llm.prompts.get(version) ?? llm.live;
}

/** What clients are told of the prompts in use. */
export const presentPrompts = ({ live, candidate, since, reason }: PromptState) => ({ live, candidate, since, reason });
