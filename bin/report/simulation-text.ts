import { styleText } from 'node:util';
import type { Estimate, GroupFigures, SimulationReport } from '../../core/simulation/report';
import { inWords } from './skip-causes';

const bold = (text: string) => styleText('bold', text);
const dim = (text: string) => styleText('dim', text);
const percent = (share: number | null) =>
  share === null || !Number.isFinite(share) ? '–' : `${(share * 100).toFixed(1)} %`;
const cost = (x: number) => x.toFixed(3);
const signed = (x: number) => `${x < 0 ? '−' : '+'}${Math.abs(x).toFixed(3)}`;
const count = (n: number) => n.toLocaleString('en');
const counted = (n: number, one: string) => `${count(n)} ${one}${n === 1 ? '' : 's'}`;

/** What `plumbline simulate` prints; `file` is that of the report. */
export function formatSimulation(report: SimulationReport, file: string | undefined): string {
  const {
    rows,
    automated,
    review,
    outcomes,
    costPerRow,
    automatedError,
    estimatedError,
    baselines,
    queue,
    requestsPerHour,
  } = report;
  const line = (label: string, value: string, note = '') =>
    `  ${label.padEnd(28)}${value.padStart(9)}   ${dim(note)}`.trimEnd();
  const share = (n: number) => percent(n / rows);
  return [
    '',
    `${bold(report.pipeline)}  ${dim(`${report.version.slice(0, 19)}…`)}  over ${counted(rows, 'labelled row')}`,
    ...skipped(report),
    '',
    ...Object.entries(outcomes).map(([outcome, n]) => line(`${outcome}, automatically`, count(n), share(n))),
    line('to a person', count(review), share(review)),
    '',
    line(
      'wrong, of the automated',
      percent(automatedError),
      `${percent(estimatedError)} expected from the probabilities alone, without labels`,
    ),
    line(
      'calibration',
      `Brier ${report.reliability.brier.toFixed(3)}`,
      `ECE ${report.reliability.ece.toFixed(3)}, area under the ROC curve ${report.reliability.auc?.toFixed(3) ?? '–'}`,
    ),
    '',
    `  ${bold('Cost of a row')}  ${dim('with the 95 % interval of its difference from this policy')}`,
    line('this policy', cost(costPerRow), `${percent(automated / rows)} automated`),
    line(
      'best single threshold',
      cost(baselines.bestThreshold.costPerRow),
      `${interval(baselines.bestThreshold.difference)}; chosen in hindsight, at ${baselines.bestThreshold.threshold.toFixed(3)}`,
    ),
    line('a person reviews all', cost(baselines.allReview.costPerRow), interval(baselines.allReview.difference)),
    '',
    `  ${bold('Other policies on the same rows')}  ${dim('best first')}`,
    ...report.sweep.map(
      (entry, i) =>
        `  ${i === 0 ? '*' : ' '} ${entry.name.padEnd(44)}${cost(entry.costPerRow).padStart(8)}   ${percent(entry.automated).padStart(7)} automated, ${percent(entry.automatedError).padStart(7)} wrong  ${dim(entry.simulated ? '' : signed(entry.difference.mean))}`,
    ),
    '',
    `  ${bold('Reviews')}  ${dim(`${queue.staff} ${queue.staff === 1 ? 'person' : 'people'}, ${queue.minutesPerReview} minutes each, SLA ${queue.slaMinutes / 60} h`)}`,
    ...(requestsPerHour === null
      ? []
      : [dim(`  history has no times: ${counted(requestsPerHour, 'request')} an hour are assumed, evenly spaced`)]),
    line(
      'wait, p50 and p95',
      `${queue.waitMinutes.p50} min`,
      `${queue.waitMinutes.p95} min; the longest backlog is ${count(queue.largestBacklog)}`,
    ),
    line(
      'expired',
      count(queue.expired),
      review > 0
        ? `${percent(queue.expired / review)} of the reviews, which the costs take as done; ${needed(queue.staffNeeded)}`
        : '',
    ),
    ...groups(report),
    ...(file === undefined ? [] : ['', `  Report with plots: ${file}`]),
    '',
    '',
  ].join('\n');

  function groups({ groups: fields }: SimulationReport): string[] {
    return Object.entries(fields).flatMap(([field, values]) => [
      '',
      `  ${bold(`By ${field}`)}  ${dim('protected: it decides nothing')}`,
      ...Object.entries(values).map(([value, group]) => groupLine(value, group)),
    ]);
  }
}

function groupLine(value: string, { rows, automated, outcomes, automatedError, costPerRow }: GroupFigures): string {
  const rates = Object.entries(outcomes).map(([outcome, n]) => `${percent(n / rows)} ${outcome}`);
  const note = rows < 30 ? dim('  few rows') : '';
  return `    ${value.padEnd(24)}${count(rows).padStart(7)} ${rows === 1 ? 'row ' : 'rows'}   ${rates.join(', ')}, ${percent(1 - automated / rows)} reviewed; ${percent(automatedError)} wrong, cost ${cost(costPerRow)}${note}`;
}

const interval = ({ mean, low, high }: Estimate): string => `${signed(mean)} (${signed(low)} to ${signed(high)})`;

const needed = (staff: number | null): string =>
  staff === null
    ? 'more than 200 people would be needed'
    : `${staff} ${staff === 1 ? 'person is' : 'people are'} enough for 99 % in time`;

const skipped = ({ skipped: causes }: SimulationReport): string[] =>
  Object.entries(causes).map(([cause, { rows, first }]) =>
    styleText(
      'yellow',
      `  left out: ${counted(rows, 'row')}, ${cause}: ${inWords(cause)}; the first is row ${first + 1}`,
    ),
  );
