import { decide } from '../decision/decide';
import type { ModelAnswer } from '../decision/model-answer';
import { calibrate } from '../model/calibration';
import type { Pipeline } from '../pipeline/compile';
import { Differences } from '../simulation/estimate';
import { rowFeatures } from '../simulation/decide-row';
import type { HistoryRow } from '../simulation/history';
import type { Estimate } from '../simulation/report';
import { RowCosts } from '../simulation/row-costs';

/** What a prompt does on labelled rows. Shares are of all rows, or of what their names say. */
export interface PromptFigures {
  readonly rows: number;
  /** Rows to which an answer came that could be used. */
  readonly answered: number;
  /** Rows whose first answer could not be used. */
  readonly unusable: number;
  /** Of the answered, those whose likelier label is the true one. */
  readonly right: number;
  /** Mean of the negative logarithm of the true label's probability, over the answered; null where none was. */
  readonly logLoss: number | null;
  readonly automated: number;
  /** Mean cost of a decision by the definition's costs, the price of reviews, which are then right, included. */
  readonly costPerRow: number;
  /** Means of a row. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly ms: { readonly p50: number; readonly p95: number };
}

/** A probability of nought would make a loss without bound. */
const LEAST = 1e-6;

/** Counts what a prompt does on labelled rows, each decided by the very code that decides requests. */
export class PromptEvaluation {
  /** The cost of each row; undefined where a cost has no value. */
  readonly costs: (number | undefined)[] = [];
  private readonly times: number[] = [];
  private answered = 0;
  private unusable = 0;
  private right = 0;
  private loss = 0;
  private automated = 0;
  private inputTokens = 0;
  private outputTokens = 0;

  constructor(private readonly pipeline: Pipeline) {}

  add(row: HistoryRow, model: ModelAnswer, ms: number): void {
    const { definition } = this.pipeline;
    const { calls = 1, inputTokens = 0, outputTokens = 0 } = model.llm ?? {};
    this.times.push(ms);
    this.unusable += Number(calls > 1);
    this.inputTokens += inputTokens;
    this.outputTokens += outputTokens;
    if ('score' in model) {
      const positive = definition.decide.labels[row.label] === definition.model.probabilityOf;
      const probability = calibrate(definition.model.calibration, model.score);
      this.answered++;
      this.right += Number(probability > 0.5 === positive);
      this.loss -= Math.log(Math.max(LEAST, positive ? probability : 1 - probability));
    }
    const features = rowFeatures(this.pipeline, row);
    const verdict = decide(this.pipeline, { input: row.input, features, mode: 'normal', model });
    if (verdict.route !== 'review') this.automated++;
    this.costs.push(this.costOf(row, features.values, verdict.route === 'review' ? null : verdict.outcome));
  }

  figures(): PromptFigures {
    const rows = this.times.length;
    const known = this.costs.filter((cost) => cost !== undefined);
    const sorted = this.times.toSorted((a, b) => a - b);
    const quantile = (q: number) => sorted[Math.max(0, Math.ceil(q * rows) - 1)] ?? 0;
    return {
      rows,
      answered: this.answered,
      unusable: this.unusable,
      right: this.right,
      logLoss: this.answered === 0 ? null : this.loss / this.answered,
      automated: this.automated,
      costPerRow: known.reduce((sum, cost) => sum + cost, 0) / Math.max(1, known.length),
      inputTokens: this.inputTokens / Math.max(1, rows),
      outputTokens: this.outputTokens / Math.max(1, rows),
      ms: { p50: quantile(0.5), p95: quantile(0.95) },
    };
  }

  /** How much more a row costs than by another prompt on the same rows. */
  dearerThan({ costs }: PromptEvaluation): Estimate {
    const differences = new Differences();
    this.costs.forEach((cost, i) => {
      const other = costs[i];
      if (cost !== undefined && other !== undefined) differences.add(cost - other);
    });
    return differences.estimate();
  }

  private costOf(
    row: HistoryRow,
    features: Readonly<Record<string, unknown>>,
    outcome: string | null,
  ): number | undefined {
    const { pipeline } = this;
    const context = { input: pipeline.toCelInput(row.input), features: pipeline.toCelFeatures(features) };
    const prices = pipeline.prices(context);
    if (!prices) return undefined;
    const costs = prices.costs.map((byLabel) => byLabel[row.label]!);
    return new RowCosts(pipeline.definition.decide.outcomes, costs, prices.review, 1).of(outcome);
  }
}
