import type { PromptChange, PromptState } from './prompt-state';
import { setPrompts } from './prompt-state';
import type { PromptGate } from './settings';

/** Of each decision by a prompt: whether it had a fault, and, where that is not known, nothing. */
export type PromptFaults = Readonly<Partial<Record<keyof PromptGate, boolean>>>;

/** Faults and the share of decisions that may have each. */
export function limitsOf({
  unusable = 0.05,
  unanswered = 0.05,
  slow,
  costly,
  overridden,
}: PromptGate): ReadonlyMap<string, number> {
  const shares = { unusable, unanswered, slow: slow?.share, costly: costly?.share, overridden };
  return new Map(Object.entries(shares).flatMap(([fault, share]) => (share === undefined ? [] : [[fault, share]])));
}

/** What is counted of decisions by a prompt goes by this name in the windows. */
export const measureOf = (version: string, fault: string): string => `prompt/${version}/${fault}`;

/** So improbable must it be that a candidate within its limits looks as bad, however often it is looked at. */
const ALPHA = 0.001;

/**
 * Takes the candidate back where one of its faults is surely more frequent than the gate allows. `counted` is what a
 * closed window (its start in epoch ms) holds by measure. The same window counts once.
 */
export function judgeCandidate(
  state: PromptState,
  gate: PromptGate,
  window: number,
  counted: ReadonlyMap<string, { readonly n: number; readonly sum: number }>,
  now: number,
): { readonly state: PromptState; readonly change?: PromptChange } {
  const { candidate, watch } = state;
  if (candidate === null || (watch.window !== null && window <= watch.window)) return { state };
  const limits = limitsOf(gate);
  const seen = Object.fromEntries(
    [...limits.keys()].map((fault) => {
      const [n, k] = watch.seen[fault] ?? [0, 0];
      const { n: more = 0, sum = 0 } = counted.get(measureOf(candidate.version, fault)) ?? {};
      return [fault, [n + more, k + sum]] as const;
    }),
  );
  const next = { ...state, watch: { window, seen } };
  const failed = [...limits].find(([fault, limit]) => {
    const [n, k] = seen[fault]!;
    return logEvidenceAbove(limit, n, k) >= -Math.log(ALPHA);
  });
  if (!failed) return { state: next };
  const [fault, limit] = failed;
  const [n, k] = seen[fault]!;
  const percent = (share: number) => `${Math.round(share * 1000) / 10} %`;
  return setPrompts(next, {
    to: { live: state.live, candidate: null },
    reason: `version ${candidate.version}: ${fault} ${k} of ${n} decisions, more than ${percent(limit)}`,
    by: 'plumbline',
    at: new Date(now).toISOString(),
  });
}

/** Shares above a limit that are held possible, from just above it to all. */
const ALTERNATIVES = 40;

/**
 * The log of an e-process: evidence, in nats, that more than a share `limit` of decisions have a fault, of which `k` of
 * `n` had it. While at most so many do, its exponential ever exceeds 1/α with a probability of at most α (Ville), so
 * that it may be looked at after each window. Method: a mixture of likelihood ratios against the limit itself; see
 * Ramdas, Grünwald, Vovk and Shafer, Statistical Science 38(4), 2023.
 */
export function logEvidenceAbove(limit: number, n: number, k: number): number {
  const logs = Array.from({ length: ALTERNATIVES }, (_, i) => {
    const share = limit + ((1 - limit) * (i + 0.5)) / ALTERNATIVES;
    return k * Math.log(share / limit) + (n - k) * Math.log((1 - share) / (1 - limit));
  });
  const most = Math.max(...logs);
  return most + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - most), 0) / ALTERNATIVES);
}
