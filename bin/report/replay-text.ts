import { bold, dim, widest } from '../explain/text-style';
import { count, counted } from './format';

/** What a run found, and what it had decided again. */
export interface ReplayReport {
  readonly pipeline: string;
  readonly read: number;
  /** How many would go from what to what; `to` is null where only the model or the feature store can tell. */
  readonly matrix: { readonly from: string; readonly to: string | null; readonly decisions: number }[];
  readonly first: { readonly id: string; readonly at: string; readonly from: string; readonly to: string | null }[];
  readonly left: Readonly<Record<string, number>>;
  readonly sent: number;
}

const LEFT: Readonly<Record<string, string>> = {
  SAME: 'come out the same',
  PENDING: 'wait for a person',
  REVIEWED: 'were decided by a person',
  REPLAYED: 'have been replayed already',
  FORGOTTEN: 'are forgotten',
  OTHER_PIPELINE: 'are of another pipeline',
};

/** What `plumbline replay` prints. */
export function formatReplay({ pipeline, read, matrix, first, left, sent }: ReplayReport, apply: boolean): string {
  const changing = matrix.reduce((sum, { decisions }) => sum + decisions, 0);
  const to = (choice: string | null) => choice ?? '?';
  const width = widest(matrix.map(({ from }) => from));
  const lines = [
    '',
    `  ${bold(pipeline)}  ${dim(`${counted(read, 'decision')} looked at`)}`,
    '',
    `  ${bold(changing === 0 ? 'Nothing would come out otherwise' : 'Would come out otherwise')}`,
    ...matrix.map(
      (cell) => `    ${cell.from.padEnd(width)} → ${to(cell.to).padEnd(12)}${count(cell.decisions).padStart(8)}`,
    ),
    ...(matrix.some((cell) => cell.to === null) ? [dim('    ? the model or the feature store has to be asked')] : []),
    ...(first.length > 0 ? ['', `  ${bold('The first')}`] : []),
    ...first.map(({ id, at, from, to: next }) => `    ${id}  ${dim(at)}  ${from} → ${to(next)}`),
    '',
    ...Object.entries(left).map(([cause, n]) => dim(`  ${count(n)} ${LEFT[cause] ?? cause}`)),
    apply
      ? `  ${counted(sent, 'request')} put into the intake queue, to be decided again.`
      : changing > 0
        ? '  None is decided again: a dry run. With --apply they are.'
        : '',
  ];
  return `${lines.join('\n').trimEnd()}\n\n`;
}
