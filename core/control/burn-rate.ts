import { UNANSWERED } from '../decision/model-answer';
import type { ClosedWindow } from '../drift/blocks';
import type { Tally } from '../drift/tally';
import type { Slo } from '../pipeline/definition';

/** A span, a shorter one that shows that it still goes on, and how fast the budget may be spent over both. */
interface Pair {
  readonly longMs: number;
  readonly shortMs: number;
  readonly rate: number;
}

const HOUR = 3_600_000;
/**
 * Two per cent of a month's error budget in an hour, five in six hours, ten in three days: The Site Reliability Workbook
 * (Beyer and others, 2018), chapter 5, "Multiwindow, Multi-Burn-Rate Alerts".
 */
const PAIRS: readonly Pair[] = [
  { longMs: HOUR, shortMs: HOUR / 12, rate: 14.4 },
  { longMs: 6 * HOUR, shortMs: HOUR / 2, rate: 6 },
  { longMs: 72 * HOUR, shortMs: 6 * HOUR, rate: 1 },
];
/** Fewer failures than this are no reason to call anybody, whatever share they are of a quiet night. */
const FEWEST_BAD = 5;

type Counted = Pick<Tally, 'rows' | 'reasons' | 'totalMs'>;

/** Decisions that miss each objective. */
const BAD: Readonly<Record<keyof Slo, (tally: Counted, deadlineMs: number) => number>> = {
  inDeadline: ({ totalMs }, deadlineMs) => [...totalMs].reduce((sum, [ms, n]) => sum + (ms > deadlineMs ? n : 0), 0),
  answered: ({ reasons }) => reasons.get(UNANSWERED) ?? 0,
};

/**
 * How fast the error budget of each objective is spent, in parts of the rate at which on-call should look: 1 or more
 * exactly then. `recent` are closed blocks of time, newest first; `now` is the end of the newest.
 */
export function burnRates(
  slo: Slo,
  recent: readonly ClosedWindow<Counted>[],
  now: number,
  deadlineMs: number,
): ReadonlyMap<keyof Slo, number> {
  const objectives = Object.entries(slo) as [keyof Slo, number][];
  return new Map(
    objectives.map(([name, objective]) => {
      const over = (ms: number): { readonly bad: number; readonly rate: number } => {
        const blocks = recent.filter(({ window }) => window >= now - ms);
        const tallies = blocks.map(({ tally }) => tally);
        // What lies before the first decision has spent nothing.
        const covered = blocks.length === 0 ? 0 : Math.min(1, (now - blocks.at(-1)!.window) / ms);
        const rows = tallies.reduce((sum, tally) => sum + tally.rows, 0);
        const bad = tallies.reduce((sum, tally) => sum + BAD[name](tally, deadlineMs), 0);
        return { bad, rate: rows === 0 ? 0 : (covered * bad) / rows / (1 - objective) };
      };
      const burning = PAIRS.map(({ longMs, shortMs, rate }) => {
        const [long, short] = [over(longMs), over(shortMs)];
        return long.bad < FEWEST_BAD ? 0 : Math.min(long.rate, short.rate) / rate;
      });
      return [name, Math.max(...burning)];
    }),
  );
}
