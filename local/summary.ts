import { loadXgboost } from '../core/model/xgboost';
import type { Artifact } from '../core/pipeline/artifact';
import { type Pipeline, compilePipeline } from '../core/pipeline/compile';
import type { PipelineDefinition } from '../core/pipeline/definition';
import { makeArtifact } from '../core/pipeline/make-artifact';
import { type Score, decideRow } from '../core/simulation/decide-row';
import type { HistoryRow } from '../core/simulation/history';
import type { Estimate } from '../core/simulation/report';
import { Simulation } from '../core/simulation/simulate';
import { OutcomeTally } from '../core/simulation/tally';
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

/**
 * What the decisions of the API cost once the truth is known, by the costs of the definition: an application that a
 * person decides costs the review and is then right. Differences are of one application, with a 95 % interval.
 */
export interface Quality {
  readonly rows: number;
  /** Share of the applications. */
  readonly automated: number;
  /** Wrong ones among the automated, by outcome. */
  readonly wrong: Readonly<Record<string, number>>;
  readonly costPerApplication: number;
  /** Drawn at random for a blind review; they count as what the policy would have decided. */
  readonly sampled: number;
  /** Of the others, those that are decided as in a simulation of the definition. */
  readonly asSimulated: number;
  readonly bestThreshold: Baseline & { readonly threshold: number };
  readonly allReview: Baseline;
}

export interface Baseline {
  readonly costPerApplication: number;
  readonly difference: Estimate;
}

export function summarize(
  definition: PipelineDefinition,
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
    unseen: quality(
      makeArtifact(definition),
      unseen.map((row) => ({ application: applications[row]!, sent: sent[row]! })),
    ),
  };
}

function quality(
  artifact: Artifact,
  rows: readonly { readonly application: Application; readonly sent: Sent }[],
): Quality {
  const { outcomes } = artifact.definition.decide;
  const pipeline = compilePipeline(artifact);
  const trees = loadXgboost(artifact.trees);
  const score: Score = (cells) => trees.predict(cells);
  const simulation = new Simulation(artifact, score, SIMULATED);
  const tally = new OutcomeTally(outcomes);
  const wrong: Record<string, number> = Object.fromEntries(outcomes.map((outcome) => [outcome, 0]));
  let [asSimulated, sampled] = [0, 0];
  for (const [i, { application, sent }] of rows.entries()) {
    const row = historyRow(pipeline, application);
    simulation.add(i, row);
    const { verdict, costs, review } = decideRow(pipeline, row, i, score, 0)!;
    const drawn = sent.decision?.reasons.some(({ code }) => code === 'SAMPLED');
    const answered = sent.decision?.status === 'decided' ? sent.decision.outcome : null;
    if (drawn) sampled++;
    else if (answered === verdict.outcome) asSimulated++;
    // The price of a sample is that of knowing, not of the policy.
    const outcome = drawn ? verdict.outcome : answered;
    const least = Math.min(...costs);
    const cost = outcome === null ? review + least : costs[outcomes.indexOf(outcome)]!;
    if (outcome !== null && cost > least) wrong[outcome]!++;
    tally.add(outcome, cost, outcome !== null && cost > least);
  }
  const { baselines } = simulation.report();
  const { automated, costPerRow } = tally.figures();
  const baseline = ({ costPerRow: costPerApplication, difference }: { costPerRow: number; difference: Estimate }) => ({
    costPerApplication,
    difference,
  });
  return {
    rows: rows.length,
    automated: automated / rows.length,
    wrong,
    costPerApplication: costPerRow,
    sampled,
    asSimulated,
    bestThreshold: { threshold: baselines.bestThreshold.threshold, ...baseline(baselines.bestThreshold) },
    allReview: baseline(baselines.allReview),
  };
}

const SIMULATED = { reviewerAccuracy: 1, staff: 2, minutesPerReview: 10, requestsPerHour: 60 };

function historyRow(
  { definition }: Pipeline,
  { input, account: { id: _, ...lookedUp }, truth }: Application,
): HistoryRow {
  return { input, lookedUp, label: definition.decide.labels.indexOf(truth), at: undefined };
}

function count(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
