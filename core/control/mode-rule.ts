import type { Mode } from '../decision/decision';
import type { Tally } from '../drift/tally';
import { UNANSWERED } from '../decision/model-answer';
import { type ModeChange, type ModeState, setMode } from './mode-state';

/** What one closed window says to the rule. */
export interface Measured {
  /** Its start, epoch ms. */
  readonly window: number;
  readonly decisions: number;
  /** Decisions whose model gave no answer, though it was to be asked. */
  readonly failures: number;
  /** Decisions that took longer than the deadline. */
  readonly late: number;
  /** How much of what the model goes by has drifted, 0 to 1. */
  readonly drift: number;
  /** In `fallback`, whether the model answered the evaluation; undefined where it was not asked. */
  readonly probe?: boolean | undefined;
}

/** As few decisions as say something; so many windows are waited for them. */
const FEWEST_DECISIONS = 20;
const MOST_WINDOWS = 5;
/** Shares, and parts of the model's input, from which on something is wrong; below half of it all is well again. */
const BAD = { failures: 0.1, late: 0.05, drift: 0.2 };
const VERY_BAD = { failures: 0.5, drift: 0.5 };
/** Judgements in a row that must find all well before the mode goes back a step. */
const CALM = 3;

/** How far each mode lies from normal. */
export const MODE_RANK: Readonly<Record<Mode, number>> = {
  normal: 0,
  cautious: 1,
  fallback: 2,
  review_all: 2,
  halt: 3,
};

/** What a closed window means to the rule. `deadlineMs` is the pipeline's. */
export function measure(
  window: number,
  { rows, reasons, totalMs }: Pick<Tally, 'rows' | 'reasons' | 'totalMs'>,
  deadlineMs: number,
): Omit<Measured, 'drift' | 'probe'> {
  const failures = reasons.get(UNANSWERED) ?? 0;
  const late = [...totalMs].reduce((sum, [ms, n]) => sum + (ms > deadlineMs ? n : 0), 0);
  return { window, decisions: rows, failures, late };
}

/**
 * Moves the mode by what was measured: one step at a time towards `fallback` where the model fails, towards
 * `review_all` where much of its input has drifted; and back, a step at a time, once all has been well for a while.
 * What a mode cannot show is asked otherwise: in `fallback` a probe says whether the model answers. Pinned modes stay.
 * The same window counts once. `now` is in epoch ms.
 */
export function judgeWindow(
  state: ModeState,
  measured: Measured,
  now: number,
): { readonly state: ModeState; readonly change?: ModeChange } {
  const { watch } = state;
  if (state.pinned || (watch.window !== null && measured.window <= watch.window)) return { state };
  const seen = {
    ...watch,
    window: measured.window,
    windows: watch.windows + 1,
    decisions: watch.decisions + measured.decisions,
    failures: watch.failures + measured.failures,
    late: watch.late + measured.late,
  };
  const waiting = seen.decisions < FEWEST_DECISIONS && seen.windows < MOST_WINDOWS && state.mode !== 'fallback';
  if (waiting) return { state: { ...state, watch: seen } };

  const judged = { ...seen, windows: 0, decisions: 0, failures: 0, late: 0 };
  const share = (n: number) => (seen.decisions === 0 ? 0 : n / seen.decisions);
  const found = {
    failures: state.mode === 'fallback' ? Number(measured.probe === false) : share(seen.failures),
    late: share(seen.late),
    drift: measured.drift,
  };
  const move = (mode: Mode, reason: string) =>
    setMode(
      { ...state, watch: judged },
      {
        mode,
        pinned: false,
        reason,
        by: 'plumbline',
        at: new Date(now).toISOString(),
      },
    );

  const trouble = troubleIn(found);
  if (trouble && MODE_RANK[trouble.towards] > MODE_RANK[state.mode])
    return move(state.mode === 'normal' ? 'cautious' : trouble.towards, trouble.reason);
  const well = found.failures < BAD.failures / 2 && found.late < BAD.late / 2 && found.drift < BAD.drift / 2;
  const calm = well ? watch.calm + 1 : 0;
  if (calm >= CALM && state.mode !== 'normal')
    return move(state.mode === 'cautious' ? 'normal' : 'cautious', 'all has been well for a while');
  return { state: { ...state, watch: { ...judged, calm } } };
}

/** All that is wrong, in words, and the mode that the worst of it calls for. */
function troubleIn({
  failures,
  late,
  drift,
}: {
  readonly failures: number;
  readonly late: number;
  readonly drift: number;
}): { readonly towards: Mode; readonly reason: string } | undefined {
  const percent = (x: number) => `${Math.round(x * 1000) / 10} %`;
  const drifted = `features with ${percent(drift)} of the model's weight have drifted`;
  const failing = `the model gave no answer in ${percent(failures)} of the decisions`;
  const slow = `${percent(late)} of the decisions missed the deadline`;
  const troubles: { readonly towards: Mode; readonly reason: string }[] = [];
  if (drift >= VERY_BAD.drift) troubles.push({ towards: 'review_all', reason: drifted });
  if (failures >= BAD.failures)
    troubles.push({ towards: failures >= VERY_BAD.failures ? 'fallback' : 'cautious', reason: failing });
  if (late >= BAD.late) troubles.push({ towards: 'cautious', reason: slow });
  if (drift >= BAD.drift && drift < VERY_BAD.drift) troubles.push({ towards: 'cautious', reason: drifted });
  const [worst] = troubles.toSorted((a, b) => MODE_RANK[b.towards] - MODE_RANK[a.towards]);
  return worst && { towards: worst.towards, reason: troubles.map(({ reason }) => reason).join('; ') };
}
