/**
 * Does risk control keep its promise on real scores, and what does it automate? Over random halves of the 700
 * applications, scored by models that did not see them: one half sets the calibration and the threshold, the other
 * counts. `npx tsx bench/risk-control.ts [--splits 200] [--json]`; docs/risk-control.md tells what it shows.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { calibrate } from '../core/model/calibration';
import { fitPlatt } from '../core/model/fit-calibration';
import { type Proposal, THRESHOLDS, evidenceOf } from '../core/policy/evidence';
import { chooseThreshold } from '../core/policy/guarantee';
import { readCreditCsv } from '../examples/credit-risk/applications';
import { randomOf } from '../core/random';

const SEED = 20261123;
const DELTA = 0.1;
const ALPHAS = [0.1, 0.15, 0.2, 0.25, 0.3];
const FOLDS = 10;

interface Row {
  readonly score: number;
  readonly positive: boolean;
}

/** One rule over all splits. */
interface Figures {
  /** Share of the splits in which at most alpha of the automated decisions were wrong; none automated is within. */
  readonly within: number;
  readonly automated: number;
  /** Share of wrong ones among all that were automated. */
  readonly error: number;
}

export interface Comparison {
  readonly alpha: number;
  readonly guaranteed: Figures;
  /** Automates a decision if its own chance of being wrong, by the calibrated probability, is at most alpha. */
  readonly fixed: Figures;
  /** The smallest threshold at which the calibration half had at most alpha wrong. */
  readonly naive: Figures;
}

export function compare(splits: number): Comparison[] {
  const rows = readRows();
  const random = randomOf(SEED);
  const outcomes = ALPHAS.map(() => ({ guaranteed: [], fixed: [], naive: [] }) as Record<Rule, Counts[]>);
  for (let split = 0; split < splits; split++) {
    const shuffled = shuffle(rows, random);
    const half = shuffled.length / 2;
    const [known, coming] = [shuffled.slice(0, half), shuffled.slice(half)];
    const unseen = evidenceOf(crossFitted(known));
    const [seen, proposals] = [proposalsOf(known, known), proposalsOf(known, coming)];
    ALPHAS.forEach((alpha, i) => {
      const choice = chooseThreshold([unseen], { of: 'errors', alpha, delta: DELTA, horizon: coming.length });
      const thresholds: Record<Rule, number> = {
        guaranteed: 'threshold' in choice ? choice.threshold : Infinity,
        fixed: 1 - alpha,
        naive: THRESHOLDS.find((threshold) => isWithin(count(seen, threshold), alpha))!,
      };
      for (const rule of RULES) outcomes[i]![rule].push(count(proposals, thresholds[rule]));
    });
  }
  return ALPHAS.map((alpha, i) => {
    const figures = (rule: Rule) => summarize(outcomes[i]![rule], alpha, rows.length / 2);
    return { alpha, guaranteed: figures('guaranteed'), fixed: figures('fixed'), naive: figures('naive') };
  });
}

const RULES = ['guaranteed', 'fixed', 'naive'] as const;
type Rule = (typeof RULES)[number];

interface Counts {
  readonly automated: number;
  readonly wrong: number;
}

function readRows(): Row[] {
  const folder = join(__dirname, '../examples/credit-risk');
  const applications = readCreditCsv(readFileSync(join(folder, 'data/german-credit.csv'), 'utf8'));
  const { scores } = JSON.parse(readFileSync(join(folder, 'model/out-of-fold.json'), 'utf8')) as { scores: number[] };
  return applications.map(({ truth }, i) => ({ score: scores[i]!, positive: truth === 'bad' }));
}

/** The more probable label, by a calibration fitted on `known`. */
function proposalsOf(known: readonly Row[], rows: readonly Row[]): Proposal[] {
  const calibration = fitPlatt(known);
  return rows.map(({ score, positive }) => {
    const probability = calibrate(calibration, score);
    return { confidence: Math.max(probability, 1 - probability), wrong: probability >= 0.5 !== positive };
  });
}

/**
 * Each row's proposal by a calibration that did not see it: on the rows that it was fitted on, even one of two
 * parameters looks better than it is (about one split in fifty more breaks the promise).
 */
function crossFitted(rows: readonly Row[]): Proposal[] {
  const inFold = (fold: number) => rows.filter((_, i) => i % FOLDS === fold);
  const outOfFold = (fold: number) => rows.filter((_, i) => i % FOLDS !== fold);
  return Array.from({ length: FOLDS }, (_, fold) => proposalsOf(outOfFold(fold), inFold(fold))).flat();
}

function count(proposals: readonly Proposal[], threshold: number): Counts {
  const automated = proposals.filter(({ confidence }) => confidence >= threshold);
  return { automated: automated.length, wrong: automated.filter(({ wrong }) => wrong).length };
}

const isWithin = ({ automated, wrong }: Counts, alpha: number): boolean => wrong <= alpha * automated + 1e-9;

function summarize(counts: readonly Counts[], alpha: number, rows: number): Figures {
  const total = (of: (counts: Counts) => number) => counts.reduce((sum, one) => sum + of(one), 0);
  const automated = total((one) => one.automated);
  return {
    within: total((one) => Number(isWithin(one, alpha))) / counts.length,
    automated: automated / counts.length / rows,
    error: automated === 0 ? 0 : total(({ wrong }) => wrong) / automated,
  };
}

function shuffle<T>(list: readonly T[], random: () => number): T[] {
  const shuffled = [...list];
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!];
  }
  return shuffled;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** As a Markdown table, which the documentation shows. */
export function tableOf(comparisons: readonly Comparison[]): string {
  const cells = comparisons.map(({ alpha, ...rules }) => [
    percent(alpha).replace('.0', ''),
    ...RULES.flatMap((rule) => [percent(rules[rule].within), percent(rules[rule].automated)]),
  ]);
  const head = ['α', 'guaranteed: kept', 'automated', 'fixed: kept', 'automated', 'naive: kept', 'automated'];
  const widths = head.map((name, i) => Math.max(name.length, ...cells.map((row) => row[i]!.length)));
  const line = (row: readonly string[]) => `| ${row.map((cell, i) => cell.padStart(widths[i]!)).join(' | ')} |`;
  return [line(head), `| ${widths.map((width) => `${'-'.repeat(width - 1)}:`).join(' | ')} |`, ...cells.map(line)].join(
    '\n',
  );
}

if (require.main === module) {
  const { values } = parseArgs({ options: { splits: { type: 'string', default: '200' }, json: { type: 'boolean' } } });
  const comparisons = compare(Number(values.splits));
  const kept = comparisons.every(({ guaranteed }) => guaranteed.within >= 1 - DELTA);
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ splits: Number(values.splits), delta: DELTA, comparisons }, null, 2)}\n`
      : `${values.splits} splits, δ = ${DELTA}: the promise is to be kept in at least ${percent(1 - DELTA)} of them\n\n${tableOf(comparisons)}\n`,
  );
  if (!kept) process.exitCode = 1;
}
