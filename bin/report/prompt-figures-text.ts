import { styleText } from 'node:util';
import type { PromptFigures } from '../../core/llm/prompt-evaluation';
import type { Estimate } from '../../core/simulation/report';
import { NONE, cost, count, counted, fixed, interval, percent, signed } from './format';

/** The figures of versions beside each other, the first being what the others are compared with. */
export function promptFiguresText(
  versions: readonly (PromptFigures & { readonly version: string; readonly dearer?: Estimate })[],
  skipped: number,
): string {
  const rows: readonly (readonly [label: string, of: (one: (typeof versions)[number]) => string])[] = [
    ['answered', ({ answered, rows: n }) => percent(answered / n)],
    ['asked twice', ({ unusable, rows: n }) => percent(unusable / n)],
    ['right', ({ right, answered }) => percent(answered === 0 ? null : right / answered)],
    ['log loss', ({ logLoss }) => (logLoss === null ? NONE : fixed(logLoss, 3))],
    ['automated', ({ automated, rows: n }) => percent(automated / n)],
    ['cost of a decision', ({ costPerRow }) => cost(costPerRow)],
    ['  than the first', ({ dearer }) => (dearer ? signed(dearer.mean) : '')],
    ['  95 % of that', ({ dearer }) => (dearer ? interval(dearer) : '')],
    ['tokens in', ({ inputTokens }) => count(Math.round(inputTokens))],
    ['tokens out', ({ outputTokens }) => count(Math.round(outputTokens))],
    ['ms, p50', ({ ms }) => count(Math.round(ms.p50))],
    ['ms, p95', ({ ms }) => count(Math.round(ms.p95))],
  ];
  const width = Math.max(20, ...versions.map(({ version }) => version.length + 2));
  const line = (label: string, cells: readonly string[]) =>
    `  ${label.padEnd(20)}${cells.map((cell) => cell.padStart(width)).join('')}`.trimEnd();
  const shown = rows.filter(([, of]) => versions.some((one) => of(one) !== ''));
  const left = skipped > 0 ? `, ${count(skipped)} left out, which do not fit the schema` : '';
  return [
    '',
    styleText(
      'bold',
      line(
        'version',
        versions.map(({ version }) => version),
      ),
    ),
    ...shown.map(([label, of]) => line(label, versions.map(of))),
    '',
    `  ${counted(versions[0]!.rows, 'row')}${left}. A review costs its price and is then right.`,
    '',
    '',
  ].join('\n');
}
