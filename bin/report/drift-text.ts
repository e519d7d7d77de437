import { styleText } from 'node:util';
import type { Baseline } from '../../core/drift/baseline';
import { short } from '../../core/drift/describe';
import type { FeatureFinding, WindowFindings, WorstFeature } from '../../core/drift/evaluate';

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
        since: timed ? new Date(evidence.since).toISOString() : evidence.since / 60_000,
        shift: rounded(evidence.shift),
      },
    }),
  };
}

const MOST_NAMED = 3;

/** What is printed for people: a line a window, and what it came to. */
export function driftText(
  { rows, features }: Baseline,
  timed: boolean,
): { row(findings: WindowFindings): string; end(): string } {
  const names = Object.keys(features);
  const widest = Math.min(40, Math.max(7, ...names.map((name) => name.length)));
  let windows = 0;
  let alarms = 0;
  let first: WindowFindings | undefined;
  const label = ({ window }: WindowFindings) =>
    timed ? new Date(window).toISOString().slice(0, 16).replace('T', ' ') : String(windows).padStart(6);
  const header = `\n  ${styleText('bold', `${names.length} features against a baseline of ${rows} rows`)}\n\n  ${(timed ? 'window (UTC)' : 'window').padEnd(timed ? 16 : 6)}${'rows'.padStart(9)}   drift\n`;
  return {
    row(findings) {
      const text = windows === 0 ? header : '';
      const found = findings.worst.filter(({ drift }) => drift === 1).slice(0, MOST_NAMED);
      const at = label(findings);
      windows++;
      if (findings.drift > 0) {
        alarms++;
        first ??= findings;
      }
      const lines = found.map((worst, i) => {
        const lead = i === 0 ? `  ${at}${String(findings.rows).padStart(9)}   ` : ' '.repeat(2 + at.length + 12);
        return `${lead}${styleText('red', '●')} ${worst.feature.padEnd(widest)}  PSI ${worst.psi.toFixed(2)}  ${shiftText(worst)}\n`;
      });
      const more =
        findings.drift > found.length
          ? `${' '.repeat(2 + at.length + 14)}and ${findings.drift - found.length} more\n`
          : '';
      return text + (lines.length > 0 ? lines.join('') + more : `  ${at}${String(findings.rows).padStart(9)}   ·\n`);
    },
    end() {
      if (windows === 0) return 'There is no row in the data.\n';
      const verdict =
        alarms === 0
          ? styleText('green', `The alarm was never on in ${windows} windows.`)
          : styleText('red', `The alarm was on in ${alarms} of ${windows} windows.`);
      return `\n  ${verdict}\n\n`;
    },
  };
}

/** Where a feature has gone, in its own values. */
export function shiftText({ shift, mean, baselineMean, drift }: WorstFeature): string {
  const percent = (x: number) => `${(100 * x).toFixed(x < 0.1 ? 1 : 0)} %`;
  const part = `${shift.where}: ${percent(shift.from)} → ${percent(shift.to)}`;
  return drift === 1 && mean !== undefined && baselineMean !== undefined
    ? `mean ${short(baselineMean)} → ${short(mean)}, ${part}`
    : part;
}
