import type { Mode } from '../decision/decision';

/** The mode as the pipeline keeps it, and what the evaluation remembers of how things went in it. */
export interface ModeState {
  readonly mode: Mode;
  /** An operator's choice stays until released. */
  readonly pinned: boolean;
  /** When it was set (ISO 8601); null where it never was. */
  readonly since: string | null;
  readonly reason: string | null;
  /** Who set it: a person's `sub`, a caller, or `plumbline`. */
  readonly by: string | null;
  /** Grows by one with each change of mode or pin. */
  readonly version: number;
  readonly watch: Watch;
}

/** What the evaluation has seen since the mode was set. */
export interface Watch {
  /** The last window that was counted (epoch ms), so that none counts twice. */
  readonly window: number | null;
  /** Judgements in a row that found nothing wrong. */
  readonly calm: number;
  /** Windows since the last judgement, and what they held. */
  readonly windows: number;
  readonly decisions: number;
  readonly failures: number;
  readonly late: number;
}

export const UNWATCHED: Watch = { window: null, calm: 0, windows: 0, decisions: 0, failures: 0, late: 0 };

export const FIRST_MODE: ModeState = {
  mode: 'normal',
  pinned: false,
  since: null,
  reason: null,
  by: null,
  version: 0,
  watch: UNWATCHED,
};

/** A change of the mode, as it is recorded and announced. */
export interface ModeChange {
  readonly version: number;
  readonly at: string;
  readonly from: Mode;
  readonly to: Mode;
  readonly pinned: boolean;
  readonly reason: string;
  readonly by: string;
}

/** The state after a mode was set, and the change that it is. `at` is ISO 8601. */
export function setMode(
  state: ModeState,
  { mode, pinned, reason, by, at }: Pick<ModeState, 'mode' | 'pinned'> & Record<'reason' | 'by' | 'at', string>,
): { readonly state: ModeState; readonly change: ModeChange } {
  const version = state.version + 1;
  const watch = { ...UNWATCHED, window: state.watch.window };
  return {
    state: { mode, pinned, since: at, reason, by, version, watch },
    change: { version, at, from: state.mode, to: mode, pinned, reason, by },
  };
}
