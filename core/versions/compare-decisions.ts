import { canonicalJson } from '../canonical-json';
import type { DecisionRecord, Mode, Reason } from '../decision/decision';
import { labelOf } from '../decision/label';
import type { FeatureValues } from '../features/features';
import type { Artifact } from '../pipeline/artifact';
import { type DecidedCase, decideCase } from '../simulation/decide-case';
import { type Score, rowFeatures } from '../simulation/decide-row';
import type { HistoryRow, Skipped } from '../simulation/history';
import { type FlipReport, NO_OUTCOME, REFUSED } from './flip-report';
import { type CostPair, FlipTally } from './flip-tally';
import { chancesOf, costOfChoice } from './past-cost';
import { pastAnswer, pastFeatures, recordedChoice } from './past-record';
import { type Asked, type PastAnswer, type Side, compileCarrying, compileSide } from './side';

/** A row of history as a definition reads it. */
export type ReadRow = HistoryRow | { readonly skipped: Skipped };

interface Request {
  readonly input: Readonly<Record<string, unknown>>;
  readonly features: FeatureValues;
  readonly mode: Mode;
  readonly backlog: number;
}

interface Decided {
  readonly choice: string;
  readonly reasons: readonly Reason[];
  /** Undefined where the request is refused before anything is decided. */
  readonly decided?: DecidedCase;
  readonly asked?: Asked | undefined;
}

/** Decides requests of the past by two definitions and counts what flips. Samples for a blind review are not drawn. */
export class DecisionComparison {
  private readonly before: Side;
  private readonly after: Side;
  private readonly forward: ReturnType<typeof compileCarrying>;
  private readonly back: ReturnType<typeof compileCarrying>;
  private readonly samePrices: boolean;
  private readonly tally = new FlipTally();

  constructor(before: Artifact, after: Artifact) {
    this.before = compileSide(before);
    this.after = compileSide(after);
    this.forward = compileCarrying(this.before, this.after);
    this.back = compileCarrying(this.after, this.before);
    const prices = ({ definition: { decide } }: Artifact) =>
      canonicalJson([decide.costs, decide.outcomes, decide.labels]);
    this.samePrices = prices(before) === prices(after);
  }

  /** A row of labelled history, as each definition reads it; `score` is the old definition's model's. */
  addRow(number: number, before: ReadRow, after: ReadRow, score: Score): void {
    // What a definition's schema refuses it would refuse as a request; what history lacks is no fault of the request.
    const lacking = [before, after].find((row) => 'skipped' in row && row.skipped !== 'INPUT_INVALID');
    if (lacking && 'skipped' in lacking) return this.tally.skip(number, lacking.skipped);
    if ('skipped' in before && 'skipped' in after) return this.tally.skip(number, 'INPUT_INVALID');
    const old = decideRowOn(this.before, before, (cells) => {
      const given = score(cells, number);
      return given === undefined ? { failed: 'MODEL_ERROR' } : { score: given };
    });
    if ('unknown' in old) return this.tally.skip(number, old.unknown);
    const now = decideRowOn(this.after, after, (cells) => this.forward(old.asked, cells));
    if ('unknown' in now) return this.tally.skip(number, now.unknown);
    const [reader, row] = 'skipped' in before ? [this.after, after as HistoryRow] : [this.before, before];
    this.count(number, undefined, old, now, reader.artifact.definition.decide.labels[row.label]);
  }

  /** A recorded decision, of either definition or of another. */
  addRecord(number: number, record: DecisionRecord): void {
    const isNew = record.version === this.after.artifact.version && record.version !== this.before.artifact.version;
    const [home, other] = isNew ? [this.after, this.before] : [this.before, this.after];
    const carry = isNew ? this.back : this.forward;
    const then = decideRecordOn(home, record, (cells) => pastAnswer(home, record, cells));
    if ('unknown' in then) return this.tally.skip(number, then.unknown);
    const otherwise = decideRecordOn(other, record, (cells) => carry(then.asked, cells));
    if ('unknown' in otherwise) return this.tally.skip(number, otherwise.unknown);
    if (record.version === home.artifact.version && then.choice !== (recordedChoice(record) ?? NO_OUTCOME))
      this.tally.addNotReproduced();
    const [old, now] = isNew ? [otherwise, then] : [then, otherwise];
    const label = labelOf(this.before.pipeline, record);
    const { labels } = this.before.artifact.definition.decide;
    this.count(number, record.id, old, now, label === undefined ? undefined : labels[label]);
  }

  /** A line that is no record. */
  skip(number: number, cause: string): void {
    this.tally.skip(number, cause);
  }

  report(): FlipReport {
    return this.tally.report();
  }

  private count(row: number, id: string | undefined, before: Decided, after: Decided, truth: string | undefined): void {
    const by = (side: Side, { decided }: Decided): CostPair | undefined => {
      const { definition } = side.artifact;
      const chances = decided && chancesOf(definition, truth, decided.verdict.score);
      if (!chances || !decided.prices) return undefined;
      const { prices } = decided;
      const [was, is] = [before, after].map(({ choice }) => costOfChoice(definition, prices, choice, chances));
      return was === undefined || is === undefined ? undefined : { before: was, after: is };
    };
    this.tally.add({
      row,
      id,
      before,
      after,
      byOldCosts: by(this.before, before),
      byNewCosts: this.samePrices ? undefined : by(this.after, after),
      measured: truth !== undefined,
    });
  }
}

type Ask = (cells: readonly number[]) => PastAnswer;
type Unknown = { readonly unknown: string };

const refused = (code: string, detail: string): Decided => ({ choice: REFUSED, reasons: [{ code, detail }] });

function decideRowOn(side: Side, row: ReadRow, ask: Ask): Decided | Unknown {
  if ('skipped' in row) return refused('INPUT_INVALID', 'the schema refuses the input');
  return decideOn(
    side,
    { input: row.input, features: rowFeatures(side.pipeline, row), mode: 'normal', backlog: 0 },
    ask,
  );
}

/** What a definition makes of a recorded request, in the mode of then unless another is given. */
export function decideRecordOn(
  side: Side,
  record: DecisionRecord,
  ask: Ask,
  mode: Mode = record.mode,
): Decided | Unknown {
  const { input, backlog = 0, asked } = record;
  if (!side.accepts(input)) return refused('INPUT_INVALID', 'the schema refuses the input');
  const features = pastFeatures(side, record);
  return 'unknown' in features
    ? features
    : decideOn(side, { input, features, mode, backlog, ...(asked ? { asked } : {}) }, ask);
}

function decideOn({ pipeline }: Side, request: Request, ask: Ask): Decided | Unknown {
  if (request.features.onGap === 'reject') return refused('FEATURES_MISSING', 'looked-up values are missing');
  let asked: Asked | undefined;
  const decided = decideCase(pipeline, {
    ...request,
    ask(cells) {
      const answer = ask(cells);
      asked = { cells, answer };
      return 'unknown' in answer ? { failed: 'MODEL_SKIPPED' } : answer;
    },
  });
  const { verdict } = decided;
  const { answer } = asked ?? ({} as Partial<Asked>);
  // What a rule decides it decides without the model.
  if (answer && 'unknown' in answer && verdict.reasons.some(({ code }) => code === 'MODEL_SKIPPED')) return answer;
  const choice = verdict.route === 'review' ? 'review' : (verdict.outcome ?? NO_OUTCOME);
  return { choice, reasons: verdict.reasons, decided, asked };
}
