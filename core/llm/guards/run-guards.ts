import type { Clock } from '../../ports';
import { orElse } from '../../resilience/deadline';
import type { OnFailure, OnFlag } from './settings';

/** `size`: it was asked about more than it can look at. */
export const GUARD_FAILURES = ['slow', 'error', 'garbage', 'size'] as const;

/** What a guard makes of what it looks at: from 0 to 1, and a word for what it found; or why it could not tell. */
export type GuardAnswer =
  { readonly score: number; readonly code: string } | { readonly failed: (typeof GUARD_FAILURES)[number] };

/** A guard made ready at init. */
export interface CompiledGuard<Seen> {
  readonly name: string;
  readonly onFlag: OnFlag;
  readonly onFailure: OnFailure;
  /** From this score on it flags. */
  readonly threshold: number;
  /** Undefined for what computes here: it cannot be interrupted, so what it looks at is bounded. */
  readonly withinMs?: number;
  look(seen: Seen, signal: AbortSignal): GuardAnswer | Promise<GuardAnswer>;
}

/** What one guard said; never a part of the text. */
export interface GuardReport {
  readonly guard: string;
  readonly result: 'passed' | 'flagged' | 'failed';
  /** What was found, or how it failed. */
  readonly code?: string;
  readonly score?: number;
  readonly ms: number;
  /** Whether it asked for anything else than to go on. */
  readonly acted: boolean;
}

/** Ordered by care. */
const VERDICTS = ['pass', 'fallback', 'review'] as const;
export type Verdict = (typeof VERDICTS)[number];

export interface GuardVerdict {
  readonly verdict: Verdict;
  readonly reports: readonly GuardReport[];
}

/** Runs all guards at once, each within its time; the most careful of what they ask for is done. Never throws. */
export async function runGuards<Seen>(
  guards: readonly CompiledGuard<Seen>[],
  seen: Seen,
  clock: Clock,
  signal: AbortSignal,
): Promise<GuardVerdict> {
  // Calls leave before what computes here takes the processor.
  const calls = guards.filter(({ withinMs }) => withinMs !== undefined);
  const here = guards.filter(({ withinMs }) => withinMs === undefined);
  const reports = await Promise.all([...calls, ...here].map((guard) => reportOf(guard, seen, clock, signal)));
  const asked = reports.map(([verdict]) => VERDICTS.indexOf(verdict));
  return { verdict: VERDICTS[Math.max(0, ...asked)]!, reports: reports.map(([, report]) => report) };
}

async function reportOf<Seen>(
  guard: CompiledGuard<Seen>,
  seen: Seen,
  clock: Clock,
  signal: AbortSignal,
): Promise<[Verdict, GuardReport]> {
  const began = clock.now();
  const answer = await answerOf(guard, seen, clock, signal);
  const result = 'failed' in answer ? 'failed' : answer.score >= guard.threshold ? 'flagged' : 'passed';
  const verdict = verdictOf(guard, result);
  return [
    verdict,
    {
      guard: guard.name,
      result,
      ...('failed' in answer ? { code: answer.failed } : { score: answer.score }),
      ...(result === 'flagged' && 'code' in answer ? { code: answer.code } : {}),
      ms: clock.now() - began,
      acted: verdict !== 'pass',
    },
  ];
}

async function answerOf<Seen>(
  { look, withinMs }: CompiledGuard<Seen>,
  seen: Seen,
  clock: Clock,
  signal: AbortSignal,
): Promise<GuardAnswer> {
  try {
    const patience = withinMs === undefined ? signal : AbortSignal.any([signal, clock.timeout(withinMs)]);
    const answer = await orElse<GuardAnswer>(Promise.resolve(look(seen, patience)), patience, { failed: 'slow' });
    return isAnswer(answer) ? answer : { failed: 'garbage' };
  } catch {
    return { failed: 'error' };
  }
}

const isAnswer = (given: GuardAnswer | undefined | null): given is GuardAnswer =>
  typeof given === 'object' &&
  given !== null &&
  ('failed' in given ? GUARD_FAILURES.includes(given.failed) : typeof given.score === 'number' && isShare(given.score));

const isShare = (score: number): boolean => score >= 0 && score <= 1;

function verdictOf(
  { onFlag, onFailure }: Pick<CompiledGuard<never>, 'onFlag' | 'onFailure'>,
  result: GuardReport['result'],
): Verdict {
  if (result === 'passed' || onFlag === 'monitor' || (result === 'failed' && onFailure === 'open')) return 'pass';
  return result === 'failed' && onFailure === 'review' ? 'review' : onFlag;
}
