import { styleText } from 'node:util';
import type { Baseline } from '../../core/drift/baseline';
import { MIN_ROWS } from '../../core/drift/blocks';
import { short } from '../../core/drift/describe';
import type { AnnouncedChange } from '../../core/pipeline/definition';
import { WINDOW_OF_ROWS_MS } from '../history/cut-windows';
import { counted } from './format';
import { type FeatureFinding, type WindowFindings, type WorstFeature, isJudged } from '../../core/drift/evaluate';

/** A window as a line of JSON: by number, where windows are so many rows, otherwise by its start. */
export function lineOf({ window, rows, features, drift }: WindowFindings, number: number | undefined): object {
  return {
    window: number ?? new Date(window).toISOString(),
    rows,
    features: Object.fromEntries(
      Object.entries(features).map(([name, finding]) => [name, figures(finding, number === undefined)]),
    ),
    alarm: drift > 0,
  };
}

/** JSON has no infinity, and nobody reads seventeen digits. */
function figures({ evidence, p, rows: _, ...finding }: FeatureFinding, timed: boolean): object {
  const round = (x: number) => Number(x.toPrecision(6));
  const rounded = (members: object) =>
    Object.fromEntries(
      Object.entries(members).map(([name, x]) => [name, typeof x === 'number' ? round(x) : (x as unknown)]),
    );
  return {
    ...rounded(finding),
    p: rounded(p),
    ...(evidence && {
      evidence: {
        ...rounded(evidence),
        since: timed ? new Date(evidence.since).toISOString() : evidence.since / WINDOW_OF_ROWS_MS,
        shift: rounded(evidence.shift),
      },
    }),
  };
}

const MOST_NAMED = 3;
/** A reference of fewer rows says little. */
const FEW = 100;

/** What is printed for people: where things change, a line for what stays as it is, and what it came to. */
export function driftText(
  { rows, features }: Baseline,
  timed: boolean,
  changes: readonly AnnouncedChange[] = [],
): { row(findings: WindowFindings): string; end(): string } {
  const names = Object.keys(features);
  const widest = Math.min(40, Math.max(7, ...names.map((name) => name.length)));
  let windows = 0;
  let alarms = 0;
  /** Windows since the last one that was printed, all like it. */
  let alike: string[] = [];
  let before: string | undefined;
  let unjudged = 0;
  const nameOf = (at: number, number: number) =>
    timed ? new Date(at).toISOString().slice(0, 16).replace('T', ' ') : String(number).padStart(6);
  const header = [
    '',
    `  ${styleText('bold', `${counted(names.length, 'feature')} against a baseline of ${counted(rows, 'row')}`)}`,
    ...(rows < FEW
      ? [`  ${styleText('yellow', 'So few rows leave almost anything open: only large shifts can be seen.')}`]
      : []),
    ...changes.map(
      ({ from, until, features: of, reason }) =>
        `  ${styleText('yellow', `Announced, and no drift: ${of?.join(', ') ?? 'all'} from ${from} until ${until} (${reason})`)}`,
    ),
    '',
    `  ${(timed ? 'window (UTC)' : 'window').padEnd(timed ? 16 : 6)}${'rows'.padStart(9)}   drift`,
    '',
  ].join('\n');

  function skipped(): string {
    const last = alike.at(-1);
    const text =
      last === undefined
        ? ''
        : styleText(
            'dim',
            `  ${last}${' '.repeat(9)}   and ${counted(alike.length, 'window')} like it, up to this one\n`,
          );
    alike = [];
    return text;
  }

  function worstText(findings: WindowFindings, lead: string): string {
    const found = findings.worst.filter(({ drift }) => drift === 1).slice(0, MOST_NAMED);
    const more = findings.drift - found.length;
    const lines = found.map((worst, i) => {
      const since = timed ? nameOf(worst.since, 0) : `window ${worst.since / WINDOW_OF_ROWS_MS}`;
      const text = `${worst.feature.padEnd(widest)}  PSI ${worst.psi.toFixed(2)} since ${since}, ${shiftText(worst)}`;
      return `${i === 0 ? lead : ' '.repeat(lead.length)}${styleText('red', '●')} ${text}\n`;
    });
    return lines.join('') + (more > 0 ? `${' '.repeat(lead.length + 2)}and ${more} more\n` : '');
  }

  return {
    row(findings) {
      const name = nameOf(findings.window, windows);
      const drifted = Object.keys(findings.features).filter((feature) => findings.features[feature]!.drift === 1);
      const judged = isJudged(findings);
      if (!judged) unjudged++;
      const state = judged ? drifted.join() : '?';
      const first = windows++ === 0 ? header : '';
      if (findings.drift > 0) alarms++;
      if (state === before) {
        alike.push(name);
        return first;
      }
      before = state;
      const lead = `  ${name}${String(findings.rows).padStart(9)}   `;
      return (
        first +
        skipped() +
        (findings.drift > 0
          ? worstText(findings, lead)
          : `${lead}${judged ? '·' : styleText('dim', `? fewer than ${MIN_ROWS} rows so far: not judged`)}\n`)
      );
    },
    end() {
      const verdict =
        unjudged === windows
          ? styleText('yellow', 'Nothing could be judged.')
          : alarms === 0
            ? styleText('green', `The alarm was never on, in ${counted(windows, 'window')}.`)
            : styleText('red', `The alarm was on in ${alarms} of ${counted(windows, 'window')}.`);
      return `${skipped()}\n  ${verdict}\n\n`;
    },
  };
}

/** Where a feature has gone, in its own values. */
export function shiftText({ shift, mean, baselineMean, drift }: WorstFeature): string {
  const digits = Math.min(shift.from, shift.to) < 0.1 ? 1 : 0;
  const percent = (x: number) => `${(100 * x).toFixed(digits)} %`;
  const part = `${shift.where}: ${percent(shift.from)} → ${percent(shift.to)}`;
  return drift === 1 && mean !== undefined && baselineMean !== undefined
    ? `mean ${short(baselineMean)} → ${short(mean)}, ${part}`
    : part;
}
