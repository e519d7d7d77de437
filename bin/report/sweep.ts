import type { Estimate, SimulationReport, SweepEntry } from '../../core/simulation/report';
import { cost, interval, percent, signed } from './format';
import { type Html, html } from './html';
import { section } from './section';
import { type Row, table } from './table';

/** Other policies on the same rows, and how far each is from the one simulated. */
export function sweep({ sweep: entries }: SimulationReport): Html {
  const place = { id: 'sweep', heading: 'Other policies on the same rows' };
  if (entries.length === 0) return section({ ...place, text: [html`No other policy was tried.`] });
  const reach = reachOf(entries);
  const fitted = entries.some((entry) => entry.fitted);
  return section({
    ...place,
    text: [
      best(entries),
      html`Each is compared with this policy row by row. Where the line crosses zero, the difference may be chance. The
      more policies are tried, the likelier one looks good by luck.
      ${fitted ? html`A parameter marked † was chosen on one half of the rows and counted on the other, both ways.` : undefined}`,
    ],
    full: true,
    body: table(
      'Policies, the cheapest first',
      [
        { name: 'Policy' },
        { name: 'Automated', kind: 'figures' },
        { name: 'Wrong', kind: 'figures' },
        { name: 'Cost per row', kind: 'figures' },
        { name: 'Difference', kind: 'figures' },
        { name: 'Less or more than this policy' },
        { name: '95 % interval', kind: 'figures' },
      ],
      entries.map((entry) => row(entry, reach)),
    ),
  });
}

function row(
  { name, simulated, fitted, automated, automatedError, costPerRow, difference }: SweepEntry,
  reach: number,
): Row {
  return {
    marked: simulated,
    cells: [
      html`${name}${fitted ? html` <abbr title="chosen on one half, counted on the other">†</abbr>` : undefined}${simulated ? html` <span class="tag">this policy</span>` : undefined}`,
      percent(automated),
      percent(automatedError),
      cost(costPerRow),
      ...(simulated
        ? ['', '', '']
        : [signed(difference.mean), intervalMark(difference, reach), interval(difference, signed)]),
    ],
  };
}

function best([first]: readonly SweepEntry[]): Html {
  if (!first || first.simulated) return html`<b>None of those tried is cheaper</b> than this policy.`;
  const { mean, high } = first.difference;
  return high < 0
    ? html`<b>${first.name}</b> costs ${cost(-mean)} less per row (95&nbsp;% interval
        ${interval(first.difference, signed)}).`
    : html`<b>${first.name}</b> is cheapest, but not clearly: its ${cost(-mean)} per row may be chance.`;
}

const WIDTH = 220;
const HEIGHT = 16;

/** How far the marks reach to either side of zero: what lies far out of the others is cut off with an arrow. */
function reachOf(entries: readonly SweepEntry[]): number {
  const far = entries
    .map(({ difference: { low, high } }) => Math.max(Math.abs(low), Math.abs(high)))
    .filter((value) => value > 0)
    .sort((a, b) => a - b);
  const middle = far[Math.floor((far.length - 1) / 2)] ?? 1;
  return far.findLast((value) => value <= 3 * middle) ?? 1;
}

function intervalMark({ mean, low, high }: Estimate, reach: number): Html {
  const x = (value: number) => WIDTH / 2 + (Math.max(-1, Math.min(1, value / reach)) * (WIDTH - 16)) / 2;
  const at = (value: number) => x(value).toFixed(1);
  const color = low > 0 ? 'var(--threshold)' : high < 0 ? 'var(--review)' : 'var(--muted)';
  const out = Math.abs(mean) > reach;
  const tip = mean > 0 ? `M${WIDTH - 8} 3l6 5l-6 5z` : 'M8 3l-6 5l6 5z';
  return html`<svg
    class="interval"
    width="${WIDTH}"
    height="${HEIGHT}"
    viewBox="0 0 ${WIDTH} ${HEIGHT}"
    style="color:${color}"
    aria-hidden="true"
  >
    <path d="M${at(0)} 0v${HEIGHT}" stroke="var(--axis)" />
    ${
      out
        ? html`<path d="${tip}" fill="currentColor" />`
        : html`<path d="M${at(low)} 8H${at(high)}" stroke="currentColor" stroke-width="2.5" /><circle
              cx="${at(mean)}"
              cy="8"
              r="4"
              fill="currentColor"
            />`
    }
  </svg>`;
}
