import type { Application } from '../examples/credit-risk/applications';
import type { Sent } from './send';

/** `.plumbline/summary.json`: what became of every application, and how well the unseen ones were decided. */
export interface Summary {
  readonly applications: number;
  readonly decisions: number;
  readonly lost: number;
  readonly double: number;
  readonly routes: Readonly<Record<string, number>>;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly totalMs: { readonly p50: number; readonly p95: number; readonly max: number };
  readonly unseen: Quality;
}

/** Costs are per application, in units of the cost matrix; a reviewed application costs the review and is then right. */
export interface Quality {
  readonly rows: number;
  readonly automated: number;
  readonly errors: { readonly approvedBad: number; readonly declinedGood: number };
  readonly costPerApplication: number;
  readonly bestThreshold: { readonly threshold: number; readonly costPerApplication: number };
  readonly allReview: { readonly costPerApplication: number };
}

const COST = { approveBad: 5, declineGood: 1, review: 0.5 };

export function summarize(
  applications: readonly Application[],
  sent: readonly Sent[],
  unseen: readonly number[],
): Summary {
  const recorded = sent.flatMap(({ decision, recorded: now }) =>
    decision && now && now.id === decision.id ? [now] : [],
  );
  const ids = new Set(recorded.map(({ id }) => id));
  const times = recorded.map(({ timings }) => timings.totalMs).sort((a, b) => a - b);
  const quantile = (q: number) => times[Math.min(times.length - 1, Math.floor(q * times.length))] ?? 0;
  return {
    applications: applications.length,
    decisions: ids.size,
    lost: applications.length - recorded.length,
    double: recorded.length - ids.size,
    routes: count(recorded.map(({ route }) => route)),
    outcomes: count(recorded.map(({ outcome }) => outcome ?? 'pending')),
    totalMs: { p50: quantile(0.5), p95: quantile(0.95), max: times.at(-1) ?? 0 },
    unseen: quality(unseen.map((row) => ({ truth: applications[row]!.truth, sent: sent[row]! }))),
  };
}

function quality(rows: readonly { readonly truth: Application['truth']; readonly sent: Sent }[]): Quality {
  const errors = { approvedBad: 0, declinedGood: 0 };
  let automated = 0;
  for (const { truth, sent } of rows) {
    const { outcome, route } = sent.decision ?? {};
    if (outcome === undefined || outcome === null || route === 'review') continue;
    automated++;
    if (outcome === 'approve' && truth === 'bad') errors.approvedBad++;
    if (outcome === 'decline' && truth === 'good') errors.declinedGood++;
  }
  const cost =
    errors.approvedBad * COST.approveBad +
    errors.declinedGood * COST.declineGood +
    (rows.length - automated) * COST.review;
  return {
    rows: rows.length,
    automated: automated / rows.length,
    errors,
    costPerApplication: cost / rows.length,
    bestThreshold: bestThreshold(
      rows.flatMap(({ truth, sent }) =>
        typeof sent.decision?.score === 'number' ? [{ truth, score: sent.decision.score }] : [],
      ),
    ),
    allReview: { costPerApplication: COST.review },
  };
}

/** The single threshold that would have cost least on these very rows: declined at or above it, nobody reviewed. */
function bestThreshold(
  rows: readonly { readonly truth: Application['truth']; readonly score: number }[],
): Quality['bestThreshold'] {
  const thresholds = [...new Set(rows.map(({ score }) => score)), 1.1];
  const costAt = (threshold: number) =>
    rows.reduce((sum, { truth, score }) => {
      if (score >= threshold) return sum + (truth === 'good' ? COST.declineGood : 0);
      return sum + (truth === 'bad' ? COST.approveBad : 0);
    }, 0) / Math.max(1, rows.length);
  return thresholds
    .map((threshold) => ({ threshold, costPerApplication: costAt(threshold) }))
    .reduce((best, one) => (one.costPerApplication < best.costPerApplication ? one : best));
}

function count(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
