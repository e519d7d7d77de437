import type { Reason } from '../../core/decision/decision';
import type { Change } from '../../core/versions/changes';
import type { CostComparison, Flip, FlipReport, MatrixCell } from '../../core/versions/flip-report';
import { bold, dim, less, more, warning, widest } from '../explain/text-style';
import { count, counted, fixed, interval, percent, signed } from './format';

export interface DiffText {
  readonly pipeline: string;
  readonly versions: { readonly from: string; readonly to: string };
  readonly changes: readonly Change[];
  /** Undefined where no decisions were compared. */
  readonly flips: FlipReport | undefined;
  /** The file of the decisions. */
  readonly source: string | undefined;
}

/** What `plumbline diff` prints. */
export function formatDiff({ pipeline, versions, changes, flips, source }: DiffText): string {
  const same = versions.from === versions.to;
  const hash = (version: string) => `${version.slice(0, 19)}…`;
  const sections = [
    [
      `  ${bold(pipeline)}  ${dim(same ? `${hash(versions.from)}, both` : `${hash(versions.from)} → ${hash(versions.to)}`)}`,
    ],
    same ? ['  They are the same.'] : formatChanges(changes),
    ...(flips ? [...formatFlips(flips, source!)] : []),
  ];
  const lines = sections.filter((section) => section.length > 0).map((section) => section.join('\n'));
  return `\n${lines.join('\n\n')}\n\n`;
}

const SIGNS: Record<Change['kind'], string> = {
  added: less('+'),
  removed: more('−'),
  changed: warning('~'),
  moved: dim('↕'),
};

function formatChanges(changes: readonly Change[]): string[] {
  const width = Math.min(44, widest(changes.map(({ path }) => path)));
  return [
    `  ${bold('What changed')}`,
    ...changes.flatMap((change) => {
      const values = valuesOf(change);
      const line = `    ${SIGNS[change.kind]} ${change.path.padEnd(width)}`;
      const beside = change.path.length <= width && values.length === 1;
      return beside ? [`${line}  ${values[0]}`] : [line.trimEnd(), ...values.map((value) => `        ${value}`)];
    }),
  ];
}

/** In one line, or in two where both values are long. */
function valuesOf({ kind, before, after }: Change): readonly string[] {
  if (kind === 'added') return [brief(after)];
  if (kind === 'removed') return [brief(before)];
  if (kind === 'moved') return [dim(`from place ${Number(before) + 1} to ${Number(after) + 1}`)];
  const [was, is] = [brief(before), brief(after)];
  return was.length + is.length <= LONGEST
    ? [`${was} ${dim('→')} ${is}`]
    : [`${more('−')} ${was}`, `${less('+')} ${is}`];
}

const LONGEST = 90;

/** A value as JSON, cut where it is long. */
function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

const SKIPPED: Readonly<Record<string, string>> = {
  LABEL_UNKNOWN: 'without a known truth',
  TIME_INVALID: 'without a readable time',
  INPUT_INVALID: 'whose input both schemas refuse',
  NEEDS_MODEL: 'that the new model would have to score: give its trees in the definition',
  NEEDS_LOOKUP: 'that lack what is now looked up',
  OTHER_VERSION: 'that another version made, with a score that cannot be taken over',
  FORGOTTEN: 'forgotten',
  OTHER_PIPELINE: 'of another pipeline',
  NO_DECISION: 'that are no decision',
};

function formatFlips(flips: FlipReport, source: string): string[][] {
  const { rows, flipped, flippedShare, matrix, cost, reasons, first, skipped, notReproduced } = flips;
  const share = `${percent(flipped / rows)} ${dim(`(${interval(flippedShare, percent)})`)}`;
  return [
    [
      `  ${bold('What would flip')}  ${dim(`of ${counted(rows, 'decision')} in ${source}`)}`,
      ...(rows === 0
        ? [warning('    nothing could be compared')]
        : [`    ${flipped === 0 ? 'nothing' : `${count(flipped)}, ${share}`}`]),
      ...Object.entries(skipped).map(([cause, { rows: n, first: at }]) =>
        dim(`    left out: ${count(n)} ${SKIPPED[cause] ?? cause}, the first is number ${at + 1}`),
      ),
      ...(notReproduced > 0
        ? [warning(`    ${counted(notReproduced, 'record')} did not come out as recorded, by their own definition`)]
        : []),
    ],
    rows === 0 ? [] : formatMatrix(matrix, cost.byNewCosts ? 'by old prices' : 'cost of all'),
    ...[formatCost(cost.byOldCosts, 'the old definition'), formatCost(cost.byNewCosts, 'the new definition')],
    flipped === 0 ? [] : formatReasons(reasons),
    flipped === 0 ? [] : formatFirst(first),
  ];
}

function formatMatrix(matrix: readonly MatrixCell[], cost: string): string[] {
  const flips = matrix.filter(({ from, to }) => from !== to);
  const kept = matrix.filter(({ from, to }) => from === to).reduce((sum, { rows }) => sum + rows, 0);
  const names = flips.map(({ from, to }) => `${from} → ${to}`);
  const width = Math.max(24, widest(names));
  return [
    `    ${''.padEnd(width)}${dim(`${'decisions'.padStart(11)}${cost.padStart(14)}`)}`,
    ...flips.map(({ rows, difference: { byOldCosts } }, i) => {
      const paint = (byOldCosts ?? 0) > 0 ? more : less;
      const difference = byOldCosts === null ? '' : paint(signed(byOldCosts).padStart(14));
      return `    ${names[i]!.padEnd(width)}${count(rows).padStart(11)}${difference}`;
    }),
    dim(`    ${'as before'.padEnd(width)}${count(kept).padStart(11)}`),
  ];
}

function formatCost(cost: CostComparison | null, whose: string): string[] {
  if (!cost) return [];
  const { rows, measured, before, after, difference } = cost;
  const { mean, low, high } = difference;
  const noise = low <= 0 && high >= 0;
  const painted = noise ? signed(mean) : (mean > 0 ? more : less)(signed(mean));
  const known =
    measured === rows
      ? 'the truth is known'
      : `the truth is known of ${count(measured)}, the others count in expectation`;
  return [
    `  ${bold('Cost of a decision')}  ${dim(`by the prices of ${whose}; ${known}`)}`,
    `    ${fixed(before, 3)} → ${fixed(after, 3)}   ${painted} ${dim(`(${interval(difference, signed)})`)}${noise && mean !== 0 ? dim(', within noise') : ''}`,
  ];
}

function formatReasons(reasons: FlipReport['reasons']): string[] {
  return [
    `  ${bold('By reasons')}`,
    ...reasons.map(
      ({ from, to, rows }) => `    ${count(rows).padStart(7)}  ${from.join(', ')} ${dim('→')} ${to.join(', ')}`,
    ),
  ];
}

function formatFirst(first: readonly Flip[]): string[] {
  const told = (mark: string, reasons: readonly Reason[]) =>
    reasons.map(({ code, detail }) => `      ${mark} ${code}  ${dim(detail)}`);
  return [
    `  ${bold('The first')}`,
    ...first.flatMap(({ row, id, from, to, reasonsBefore, reasonsAfter }) => [
      `    ${id ?? `row ${row + 1}`}  ${from} → ${to}`,
      ...told(more('−'), reasonsBefore),
      ...told(less('+'), reasonsAfter),
    ]),
  ];
}
