import { type Answer, harmless } from './answer';
import { because, decisive, headline } from './headline';
import { formatRules } from './rules-text';
import { formatEffects, formatOptions } from './score-text';
import { bold, dim, warning, widest } from './text-style';

const DIFFERS = 'Decided again from its record it comes out otherwise: another release made it, or it was changed.';

/** What `plumbline explain` prints. */
export function formatExplanation(given: Answer): string {
  const answer = harmless(given);
  const { id, pipeline, version, at, explanation, reasons, history, truth } = answer;
  const told = 'unavailable' in explanation ? undefined : explanation;
  const sections = [
    [dim(`${pipeline}  ${id}  ${time(at)} UTC  ${version.slice(0, 19)}…`)],
    [
      bold(headline(answer)),
      because(answer),
      ...(truth ? [`It turned out: ${truth.label}.`] : []),
      ...(told && !told.reproduced ? [warning(DIFFERS)] : []),
    ],
    ...(told
      ? [formatRules(answer, told), formatOptions(told, decisive(told.rules, reasons).length > 0), formatEffects(told)]
      : []),
    table(
      'Reasons',
      reasons.map(({ code, detail }) => [code, detail]),
    ),
    table(
      'History',
      history.map(({ at: then, type, by, reason, note }) => [
        time(then),
        type,
        [by && `by ${by}`, reason, note && `“${note}”`].filter(Boolean).join(', '),
      ]),
    ),
  ];
  const text = sections
    .filter((lines) => lines.length > 0)
    .map((lines) =>
      lines
        .filter((line) => line !== '')
        .map((line) => `  ${line}`.trimEnd())
        .join('\n'),
    )
    .join('\n\n');
  return `\n${text}\n\n`;
}

const time = (iso: string): string => iso.slice(0, 19).replace('T', ' ');

function table(title: string, rows: readonly (readonly [string, ...string[]])[]): string[] {
  const widths = (rows[0] ?? []).map((_, i) => widest(rows.map((row) => row[i]!)));
  const lines = rows.map((row) => {
    const [first, ...rest] = row.map((cell, i) => cell.padEnd(widths[i]!));
    return `  ${first!}  ${dim(rest.join('  ').trimEnd())}`;
  });
  return [bold(title), ...lines];
}
