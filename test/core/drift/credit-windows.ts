import type { Baseline } from '../../../core/drift/baseline';
import { type Variable, buildBaseline } from '../../../core/drift/build-baseline';
import { compileEvaluation, ongoingOf, type WindowFindings } from '../../../core/drift/evaluate';
import { windowHistory } from '../../../core/drift/history';
import { ruleOf } from '../../../core/drift/settings';
import { tallyOf } from '../../../core/drift/accumulate';
import { type Observation } from '../../../core/drift/tally';
import { applications, modelFile } from '../../examples/german-credit';

export type Row = Readonly<Record<string, unknown>>;

export const WINDOW_MS = 60_000;

/** The 700 applications in the order of the file. */
export const creditRows: readonly Row[] = applications.map(({ input, account }) => ({ ...input, ...account }));

export const creditKinds = Object.fromEntries(
  Object.entries(creditRows[0]!)
    .filter(([name]) => name !== 'id' && name !== 'applicant_id')
    .map(([name, value]): [string, Variable] => [
      name,
      // As the schema lists them.
      typeof value === 'number'
        ? 'numeric'
        : { categories: [...new Set(creditRows.map((row) => String(row[name])))].sort() },
    ]),
);

/** The 450 rows that the model was trained on. */
export const trained: readonly Row[] = modelFile<{ train: number[] }>('split.json').train.map(
  (row) => creditRows[row]!,
);
export const creditBaseline = buildBaseline(trained, creditKinds);

export function shuffled<T>(list: readonly T[], random: () => number): T[] {
  return list
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

/** Rows drawn with replacement. */
export const drawn = (rows: readonly Row[], count: number, random: () => number): Row[] =>
  Array.from({ length: count }, () => rows[Math.floor(random() * rows.length)]!);

/** Consecutive pieces of the sizes given. */
export function cut(rows: readonly Row[], size: () => number): Row[][] {
  const pieces: Row[][] = [];
  for (let start = 0; start < rows.length; start += pieces.at(-1)!.length)
    pieces.push(rows.slice(start, start + size()));
  return pieces;
}

export const scaled =
  (amount: number, duration: number) =>
  (row: Row): Row => ({
    ...row,
    credit_amount: Math.round(Number(row.credit_amount) * amount),
    duration: Math.round(Number(row.duration) * duration),
  });

export const observationOf = (id: string, values: Row): Observation => ({
  id,
  at: 0,
  values,
  route: 'automated',
  outcome: 'approve',
  reasons: [],
  totalMs: 40,
  modelMs: 30,
});

/** Judges windows that follow each other, each as it closes. */
export function play(
  baseline: Baseline,
  windows: readonly (readonly Row[])[],
  rule: Parameters<typeof ruleOf>[1] = {},
): WindowFindings[] {
  const evaluate = compileEvaluation(baseline, ruleOf(WINDOW_MS, rule));
  const history = windowHistory(WINDOW_MS, false);
  let ongoing = {};
  return windows.map((rows, i) => {
    const tally = tallyOf(
      baseline,
      rows.map((row, n) => observationOf(String(n), row)),
    );
    const findings = evaluate(history.push({ window: i * WINDOW_MS, tally }), ongoing);
    ongoing = ongoingOf(findings);
    return findings;
  });
}
