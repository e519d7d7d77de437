import { shareOf } from '../../core/simulation/estimate';
import type { GroupFigures, SimulationReport } from '../../core/simulation/report';
import { bottomAxis, percentTick, SHARES } from './axes';
import { figure, type Key } from './figure';
import { cost, count, percent } from './format';
import { type Html, html } from './html';
import type { Drawing } from './plot';
import { rectangles } from './rectangles';
import { section } from './section';
import { type Column, table } from './table';

/** Below this many rows a share says little. */
const SMALL = 30;
/** Groups of one field that are drawn; the table has them all. */
const DRAWN = 12;
const COLORS = ['var(--first)', 'var(--second)', 'var(--third)', 'var(--fourth)'];

interface Group {
  readonly value: string;
  readonly figures: GroupFigures;
}

/** One kind of what becomes of a row: an outcome, or a review. */
interface Route {
  readonly name: string;
  readonly color: string;
  readonly rows: (figures: GroupFigures) => number;
}

/** What became of each group of the protected fields. */
export function groups(report: SimulationReport): Html {
  const fields = Object.entries(report.groups);
  const routes: readonly Route[] = [
    ...Object.keys(report.outcomes).map((name, i) => ({
      name,
      color: COLORS[i % COLORS.length]!,
      rows: ({ outcomes }: GroupFigures) => outcomes[name] ?? 0,
    })),
    { name: 'reviewed', color: 'var(--review)', rows: ({ review }) => review },
  ];
  return section({
    id: 'groups',
    heading: 'What became of each group',
    text:
      fields.length === 0
        ? [html`The definition protects no field, so there are no groups to compare.`]
        : [
            html`Protected fields are recorded so that outcomes can be compared; neither model nor rules nor policy sees
            them. The lines are 95&nbsp;% intervals: where those of two groups overlap widely, the data show no
            difference.`,
          ],
    body: fields.map(([field, byValue]) => groupFigure(field, byValue, routes)),
  });
}

function groupFigure(field: string, byValue: Readonly<Record<string, GroupFigures>>, routes: readonly Route[]): Html {
  const all: readonly Group[] = Object.entries(byValue)
    .map(([value, figures]) => ({ value, figures }))
    .sort((a, b) => b.figures.rows - a.figures.rows);
  const drawn = all.slice(0, DRAWN);
  const small = all.filter(({ figures }) => figures.rows < SMALL);
  const id = `groups-${field.replace(/[^A-Za-z0-9]+/g, '-')}`;
  return html`${figure({
    id,
    title: `By ${field}`,
    description: drawn
      .map(
        ({ value, figures }) =>
          `${value}, ${count(figures.rows)} rows: ${routes.map(({ name, rows }) => `${name} ${percent(rows(figures) / figures.rows)}`).join(', ')}.`,
      )
      .join(' '),
    width: 720,
    draw: (width) => draw(drawn, routes, width),
    keys: routes.map(({ name, color }): Key => ({ mark: 'bar', color, text: name })),
    alternative: groupTable(field, all, routes),
  })}
  ${small.length > 0 ? html`<p class="note">Few rows (n &lt; ${SMALL}), so wide intervals: ${small.map(({ value, figures }) => `${value} (n = ${count(figures.rows)})`).join(', ')}.</p>` : undefined}
  ${all.length > DRAWN ? html`<p class="note">The ${DRAWN} largest of ${count(all.length)} groups are drawn.</p>` : undefined}`;
}

const groupTable = (field: string, all: readonly Group[], routes: readonly Route[]): Html =>
  table(
    `Outcomes by ${field}`,
    [
      { name: field },
      { name: 'Rows', kind: 'figures' },
      ...routes.map(({ name }): Column => ({ name, kind: 'figures' })),
      { name: 'Wrong among automated', kind: 'figures' },
      { name: 'Cost per row', kind: 'figures' },
    ],
    all.map(({ value, figures }) => ({
      cells: [
        figures.rows < SMALL ? html`${value} <small>few rows</small>` : value,
        count(figures.rows),
        ...routes.map(({ rows }) => percent(rows(figures) / figures.rows)),
        percent(figures.automatedError),
        cost(figures.costPerRow),
      ],
    })),
  );

const BAR = 13;
const STEP = 17;
const GAP = 18;

/** A bar a route in each group, with the interval of its share; heights are pixels, counted from the top. */
function draw(drawn: readonly Group[], routes: readonly Route[], width: number): Drawing {
  const left = width < 500 ? 116 : 190;
  const each = routes.length * STEP + GAP;
  const bars = drawn.flatMap(({ figures }, group) =>
    routes.map(({ rows, color }, i) => ({
      at: group * each + GAP / 2 + (i + 0.5) * STEP,
      share: shareOf(rows(figures), figures.rows),
      color,
      small: figures.rows < SMALL,
    })),
  );
  const widest = Math.max(...bars.map(({ share }) => share.high));
  const scale = { ...SHARES, max: Math.min(1, Math.ceil(widest / SHARES.interval) * SHARES.interval) };
  const centres = drawn.map((_, group) => (group + 0.5) * each);
  const nameOf = (at: number) => {
    const { value, figures } = drawn[centres.indexOf(at)]!;
    return `${value}\nn = ${count(figures.rows)}${figures.rows < SMALL ? ', few' : ''}`;
  };
  return {
    height: drawn.length * each + 52,
    option: {
      grid: { left, right: 52, top: 4, height: drawn.length * each },
      xAxis: {
        ...bottomAxis('Share of the group', scale, percentTick),
        splitLine: { lineStyle: { color: 'var(--grid)' } },
      },
      yAxis: {
        type: 'value',
        min: 0,
        max: drawn.length * each,
        inverse: true,
        axisLine: { show: true, lineStyle: { color: 'var(--axis)' } },
        splitLine: { show: false },
        axisTick: { show: false },
        axisLabel: {
          customValues: centres,
          formatter: nameOf,
          color: 'var(--ink)',
          fontSize: 12.5,
          lineHeight: 16,
          margin: 12,
          width: left - 16,
          overflow: 'break',
        },
      },
      series: [
        rectangles(
          bars.map(({ at, share, color, small }) => ({
            x: [0, share.mean],
            y: [at - BAR / 2, at + BAR / 2],
            color,
            opacity: small ? 0.55 : 1,
          })),
        ),
        {
          // A gap in the data ends one interval and begins the next.
          type: 'line',
          data: bars.flatMap(({ at, share }) => [
            [share.low, at],
            [share.high, at],
            [null, null],
          ]),
          showSymbol: false,
          lineStyle: { color: 'var(--ink)', width: 1.25 },
        },
        {
          type: 'scatter',
          data: bars.map(({ at, share }) => ({
            value: [share.high, at],
            label: { formatter: percent(share.mean).replace('\u00a0', ' ') },
          })),
          symbolSize: 0,
          itemStyle: { color: 'none', opacity: 1 },
          label: { show: true, position: 'right', distance: 6, color: 'var(--ink)', fontSize: 12 },
        },
      ],
    },
  };
}
