import { reliabilityOf } from '../../../core/model/reliability';
import { Differences } from '../../../core/simulation/estimate';
import type {
  CurvePoint,
  Estimate,
  GroupFigures,
  QueueFigures,
  Reliability,
  SimulationReport,
} from '../../../core/simulation/report';

/** One labelled application: what the model said, and what became of it. */
interface Row {
  readonly probability: number;
  readonly bad: boolean;
  readonly groups: Readonly<Record<string, string>>;
}
type Decision = 'approve' | 'decline' | 'review';
type Decider = (probability: number) => Decision;

const COSTS = { approve: { good: 0, bad: 5 }, decline: { good: 1, bad: 0 }, review: 0.5 };

/** The same 700 applications each time: probabilities that are right on average, truth drawn by them. */
const ROWS: readonly Row[] = (() => {
  let state = 20;
  const uniform = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  const pick = (shares: Readonly<Record<string, number>>) => {
    let left = uniform();
    return Object.entries(shares).find(([, share]) => (left -= share) < 0)![0];
  };
  return Array.from({ length: 700 }, () => {
    const probability = 1 / (1 + Math.exp(1.15 - 1.35 * normal()));
    return {
      probability,
      bad: uniform() < probability,
      groups: {
        'input.personal_status': pick({
          'male single': 0.55,
          'female div/dep/mar': 0.31,
          'male mar/wid': 0.092,
          'male div/sep': 0.0481,
        }),
        'input.foreign_worker': pick({ yes: 0.967, no: 0.0331 }),
      },
    };
  });
})();

const truthOf = ({ bad }: Row) => (bad ? 'bad' : 'good');
const costOf = (row: Row, decision: Decision) => (decision === 'review' ? COSTS.review : COSTS[decision][truthOf(row)]);
const wrong = (row: Row, decision: Decision) => (decision === 'approve') === row.bad;
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

const cheapest: Decider = (p) => (5 * p < Math.min(1 - p, 0.5) ? 'approve' : 1 - p < 0.5 ? 'decline' : 'review');
const threshold =
  (from: number): Decider =>
  (p) =>
    p >= from ? 'decline' : 'approve';
const confident =
  (from: number): Decider =>
  (p) =>
    Math.max(p, 1 - p) < from ? 'review' : p >= 0.5 ? 'decline' : 'approve';

function figures(rows: readonly Row[], decider: Decider): GroupFigures {
  const decided = rows.map((row) => ({ row, decision: decider(row.probability) }));
  const automated = decided.filter(({ decision }) => decision !== 'review');
  const realizedCost = decided.reduce((sum, { row, decision }) => sum + costOf(row, decision), 0);
  const errors = automated.filter(({ row, decision }) => wrong(row, decision)).length;
  const taking = (outcome: Decision) => automated.filter(({ decision }) => decision === outcome).length;
  return {
    rows: rows.length,
    automated: automated.length,
    review: rows.length - automated.length,
    outcomes: { approve: taking('approve'), decline: taking('decline') },
    realizedCost,
    costPerRow: realizedCost / rows.length,
    automatedError: automated.length ? errors / automated.length : null,
  };
}

/** By how much another policy costs more than the cheapest, row by row. */
function difference(other: Decider): Estimate {
  const differences = new Differences();
  for (const row of ROWS) differences.add(costOf(row, other(row.probability)) - costOf(row, cheapest(row.probability)));
  return differences.estimate();
}

const curve = (thresholds: readonly number[], decider: (from: number) => Decider): CurvePoint[] =>
  thresholds.map((from) => {
    const { automated, automatedError, costPerRow } = figures(ROWS, decider(from));
    return { threshold: from, coverage: automated / ROWS.length, error: automatedError, costPerRow };
  });
const steps = (from: number, to: number, by: number) =>
  Array.from({ length: Math.round((to - from) / by) + 1 }, (_, i) => Math.round((from + i * by) * 1e6) / 1e6);

/** How probabilities agree with what became of the rows, after some distortion of them. */
export function sampleReliability(distort: (probability: number) => number = (p) => p): Reliability {
  const meter = reliabilityOf();
  for (const { probability, bad } of ROWS) meter.add(distort(probability), bad);
  return meter.figures();
}

/** Reviews of five days by hour, all 399 of them, and how long each hour's waited. */
const DAY = [0, 0, 0, 0, 0, 0, 1, 3, 9, 21, 33, 40, 38, 34, 41, 45, 43, 36, 25, 15, 8, 4, 2, 1];
const WAITS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 4, 9, 19, 31, 28, 34, 47, 62, 58, 37, 15, 4, 1, 0, 0];
const QUEUE: QueueFigures = {
  staff: 2,
  minutesPerReview: 12,
  slaMinutes: 240,
  waitMinutes: { p50: 21, p95: 74, max: 113 },
  largestBacklog: 19,
  expired: 0,
  utilization: 0.71,
  staffNeeded: 2,
  byHour: DAY.map((reviews, hour) => ({ hour, reviews, perHour: reviews / 5, waitMinutes: WAITS[hour]! })),
};

/** A report such as the credit-risk example gives; its figures agree with each other. */
export function sampleReport(over: Partial<SimulationReport> = {}): SimulationReport {
  const whole = figures(ROWS, cheapest);
  const thresholds = curve(steps(0, 1, 0.01), threshold);
  const best = thresholds.reduce((a, b) => (b.costPerRow < a.costPerRow ? b : a));
  const entry = (name: string, decider: Decider, fitted = false) => {
    const { automated, automatedError, costPerRow } = figures(ROWS, decider);
    return {
      name,
      simulated: decider === cheapest,
      automated: automated / ROWS.length,
      automatedError,
      costPerRow,
      difference: difference(decider),
      fitted,
    };
  };
  const automated = ROWS.filter(({ probability }) => cheapest(probability) !== 'review');
  return {
    pipeline: 'credit-risk',
    version: `sha256:${'5b21c0fd9e7a4386'.repeat(4)}`,
    ...whole,
    estimatedError: mean(
      automated.map(({ probability }) => (cheapest(probability) === 'approve' ? probability : 1 - probability)),
    ),
    baselines: {
      bestThreshold: {
        threshold: best.threshold,
        costPerRow: best.costPerRow,
        difference: difference(threshold(best.threshold)),
      },
      allReview: { costPerRow: COSTS.review, difference: difference(() => 'review') },
    },
    groups: Object.fromEntries(
      Object.keys(ROWS[0]!.groups).map((field) => [
        field,
        Object.fromEntries(
          [...new Set(ROWS.map(({ groups }) => groups[field]!))].map((value) => [
            value,
            figures(
              ROWS.filter(({ groups }) => groups[field] === value),
              cheapest,
            ),
          ]),
        ),
      ]),
    ),
    reasons: { EXPECTED_COST: whole.rows - 3, LARGE_LOAN: 3 },
    skipped: { LABEL_UNKNOWN: { rows: 9, first: 14 }, INPUT_INVALID: { rows: 3, first: 388 } },
    reviewerAccuracy: 1,
    requestsPerHour: null,
    reliability: sampleReliability(),
    riskCoverage: curve(steps(0.5, 0.98, 0.01), confident),
    thresholds,
    sweep: [
      entry('as defined', cheapest),
      entry('expected cost, a review priced × 0.75', (p) => (p < 0.07 ? 'approve' : p >= 0.62 ? 'decline' : 'review')),
      entry('expected cost, a review priced × 1.5', (p) => (p < 0.14 ? 'approve' : p >= 0.28 ? 'decline' : 'review')),
      entry('expected cost, a review priced × 2', threshold(0.17)),
      entry('one threshold, nobody reviews', threshold(0.2), true),
      entry('one confidence, the rest reviewed', confident(0.87), true),
      entry('everything reviewed', () => 'review'),
      entry('approve all', () => 'approve'),
    ].sort((a, b) => a.costPerRow - b.costPerRow),
    queue: QUEUE,
    ...over,
  };
}
