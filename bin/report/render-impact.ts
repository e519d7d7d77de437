import type { BusinessImpact, Figures } from '../../core/business/impact';
import { SHARES, above, percentTick, scaleOver, valueAxis } from './axes';
import { type Figure, figure } from './figure';
import { NONE, cost, count, counted, percent, span } from './format';
import { type Html, html } from './html';
import { sentences } from './impact-text';
import { type ReportContext, renderPage } from './page';
import type { Drawing } from './plot';
import { section } from './section';
import { table } from './table';

const ROUTES = [
  { route: 'automated', text: 'by the pipeline', color: 'var(--policy)' },
  { route: 'heuristic', text: 'by a heuristic', color: 'var(--third)' },
  { route: 'review', text: 'by people', color: 'var(--review)' },
  { route: 'safe_default', text: 'safe default', color: 'var(--fourth)' },
] as const;

/** What a pipeline has been worth, as one page that works from a file. */
export function renderImpact(impact: BusinessImpact, context: ReportContext): string {
  const { total, days, months, recoveries, from, until } = impact;
  return renderPage(
    {
      kind: 'report',
      subject:
        from === null || until === null
          ? html`Nothing has been counted in this time.`
          : html`<b>${impact.pipeline}</b>, from ${from.slice(0, 16).replace('T', ' ')} to
              ${until.slice(0, 16).replace('T', ' ')} UTC`,
      parts: { result: 'Result', decisions: 'Decisions', costs: 'Costs', interruptions: 'Interruptions' },
      body: html` <section id="result" class="result">
          <h2>${verdict(total)}</h2>
          ${tiles(total)}
          <div class="text">${sentences(total).map((sentence) => html`<p>${sentence}</p>`)}</div>
        </section>
        ${decisionsSection(days)} ${costsSection(days, months)} ${interruptions(recoveries)}`,
      notes: [
        html`Costs are in the unit of the definition’s <code>decide.costs</code>. <b>Expected</b> is what the model’s
          probabilities say; <b>realized</b> is what decisions cost whose truth was reported, in the day in which it
          was.`,
        html`<b>Avoided</b>: what a review of every decision would have cost, less what these decisions are expected to
          cost.`,
        html`Days are in UTC. Decisions whose model gave no answer have no expected cost.`,
        html`AWS by list prices of us-east-1: 10 $ for a million decisions, 100 $ more for a million reviews.`,
      ],
    },
    context,
  );
}

function verdict({ automation, expectedCost, avoided, decisions }: Figures): Html {
  if (decisions === 0) return html`Nothing was decided.`;
  const worth =
    expectedCost === null || avoided === null
      ? undefined
      : html`, at <em>${cost(Math.abs(avoided))} ${avoided >= 0 ? 'less' : 'more'}</em> than if people decided
          everything`;
  return html`The pipeline decided <em>${percent(automation)}</em> of ${counted(decisions, 'request')} alone${worth}.`;
}

function tiles({ decisions, automation, expectedCost, realizedCost, estimatedError, overrides }: Figures): Html {
  return html`<dl class="tiles">
    <div>
      <dt>Decided alone</dt>
      <dd class="figure">${percent(automation)}</dd>
      <dd>of ${counted(decisions, 'decision')}</dd>
    </div>
    <div>
      <dt>Expected cost of a decision</dt>
      <dd class="figure">${expectedCost === null ? NONE : cost(expectedCost)}</dd>
      <dd>by the model’s probabilities</dd>
    </div>
    <div>
      <dt>Realized cost</dt>
      <dd class="figure">${realizedCost === null ? NONE : cost(realizedCost.mean)}</dd>
      <dd>
        ${realizedCost === null ? 'no truth has been reported' : `of ${counted(realizedCost.decisions, 'decision')}`}
      </dd>
    </div>
    <div>
      <dt>Wrong, of what it decides alone</dt>
      <dd class="figure">${percent(estimatedError)}</dd>
      <dd>
        ${overrides === null ? 'by the model’s own word' : `people differed in ${percent(overrides.share)} of ${counted(overrides.samples, 'blind sample')}`}
      </dd>
    </div>
  </dl>`;
}

type Day = BusinessImpact['days'][number];

const decisionsSection = (days: readonly Day[]): Html =>
  section({
    id: 'decisions',
    heading: 'Who decided',
    text: [
      html`Each bar is a day. What the pipeline does not decide alone goes to people, or takes the fallback path.`,
    ],
    body: plotOf({
      id: 'decisions-plot',
      title: 'Decisions by day',
      description: days
        .map(({ day, decisions, automation }) => `${day}: ${decisions}, ${percent(automation)} automated`)
        .join('; '),
      draw: (width) => drawDecisions(days, width),
      keys: ROUTES.map(({ text, color }) => ({ mark: 'bar' as const, color, text })),
      alternative: table(
        'Decisions by day',
        [{ name: 'Day' }, ...ROUTES.map(({ text }) => ({ name: text, kind: 'figures' as const }))],
        days.map(({ day, routes }) => ({
          cells: [day, ...ROUTES.map(({ route }) => count(routes[route] ?? 0))],
        })),
      ),
    }),
  });

const costsSection = (days: readonly Day[], months: BusinessImpact['months']): Html =>
  section({
    id: 'costs',
    heading: 'What decisions cost',
    text: [
      html`Where the two lines part for long, the model’s probabilities are no longer right: measure its calibration
      again.`,
    ],
    body: html`${plotOf({
      id: 'costs-plot',
      title: 'Mean cost of a decision, by day',
      description: days
        .map(({ day, expectedCost }) => `${day}: ${expectedCost === null ? 'unknown' : cost(expectedCost)}`)
        .join('; '),
      draw: (width) => drawCosts(days, width),
      keys: [
        { mark: 'line', color: 'var(--policy)', text: 'expected' },
        { mark: 'dashes', color: 'var(--threshold)', text: 'realized' },
      ],
      alternative: table(
        'Cost by day',
        MONEY('Day'),
        days.map((one) => ({ cells: [one.day, ...money(one)] })),
      ),
    })}
    ${table(
      'By month',
      MONEY('Month'),
      months.map((one) => ({ cells: [one.month, ...money(one)] })),
    )}`,
  });

const MONEY = (first: string) => [
  { name: first },
  ...['Decisions', 'Automated', 'Expected', 'Realized', 'Avoided', 'Cost of reviews', 'AWS, $'].map((name) => ({
    name,
    kind: 'figures' as const,
  })),
];

const money = ({ decisions, automation, expectedCost, realizedCost, avoided, reviewCost, infrastructure }: Figures) => [
  count(decisions),
  percent(automation),
  expectedCost === null ? NONE : cost(expectedCost),
  realizedCost === null ? NONE : cost(realizedCost.mean),
  avoided === null ? NONE : cost(avoided),
  reviewCost === null ? NONE : cost(reviewCost),
  infrastructure.toFixed(2),
];

function interruptions(recoveries: BusinessImpact['recoveries']): Html {
  const rows = recoveries.map(({ from, minutes, worst, reason, byItself }) => ({
    cells: [
      from.slice(0, 16).replace('T', ' '),
      minutes === null ? 'still' : span(minutes),
      worst.replace('_', ' '),
      reason,
      minutes === null ? NONE : byItself ? 'yes' : 'no',
    ],
  }));
  return section({
    id: 'interruptions',
    heading: 'When it did less by itself',
    text: [
      recoveries.length === 0
        ? html`Never in this time.`
        : html`From leaving the normal mode until it was normal again. Nothing that was accepted is lost meanwhile:
          people and heuristics decide.`,
    ],
    body:
      recoveries.length === 0
        ? undefined
        : table(
            'Times out of the normal mode',
            [
              { name: 'Since (UTC)' },
              { name: 'For', kind: 'figures' },
              { name: 'Mode' },
              { name: 'Why' },
              { name: 'By itself' },
            ],
            rows,
          ),
  });
}

const plotOf = (given: Omit<Figure, 'width'>): Html => figure({ width: 720, ...given });

const category = (days: readonly Day[]) => ({
  type: 'category' as const,
  data: days.map(({ day }) => day.slice(5)),
  axisLine: { show: true, lineStyle: { color: 'var(--axis)', width: 1 } },
  axisTick: { show: false },
  axisLabel: { color: 'var(--muted)', fontSize: 12, hideOverlap: true },
});
const SOLID = { itemStyle: { borderWidth: 0 } };

function drawDecisions(days: readonly Day[], width: number): Drawing {
  const most = scaleOver(days.map(({ decisions }) => decisions));
  return {
    height: 320,
    option: {
      title: [above('Decisions'), above('Decided alone', 210)],
      grid: [
        { left: 52, right: 12, top: 26, height: 140 },
        { left: 52, right: 12, top: 236, height: 56 },
      ],
      xAxis: [
        { ...category(days), gridIndex: 0 },
        { ...category(days), gridIndex: 1 },
      ],
      yAxis: [
        { ...valueAxis(most), gridIndex: 0 },
        { ...valueAxis({ ...SHARES, interval: 0.5 }, percentTick), gridIndex: 1 },
      ],
      series: [
        ...ROUTES.map(({ route, color }) => ({
          type: 'bar' as const,
          stack: 'decisions',
          barMaxWidth: width / 8,
          data: days.map(({ routes }) => routes[route] ?? 0),
          color,
          ...SOLID,
        })),
        {
          type: 'line',
          xAxisIndex: 1,
          yAxisIndex: 1,
          symbol: 'circle',
          symbolSize: 6,
          data: days.map(({ automation }) => automation),
          color: 'var(--policy)',
          lineStyle: { width: 2.5 },
        },
      ],
    },
  };
}

function drawCosts(days: readonly Day[], _width: number): Drawing {
  const expected = days.map(({ expectedCost }) => expectedCost);
  const realized = days.map(({ realizedCost }) => realizedCost?.mean ?? null);
  return {
    height: 240,
    option: {
      title: above('Cost'),
      grid: { left: 52, right: 12, top: 26, height: 170 },
      xAxis: category(days),
      yAxis: valueAxis(scaleOver([...expected, ...realized].filter((x) => x !== null))),
      series: [
        {
          type: 'line',
          data: expected,
          symbol: 'circle',
          symbolSize: 6,
          color: 'var(--policy)',
          lineStyle: { width: 2.5 },
        },
        {
          type: 'line',
          data: realized,
          symbol: 'circle',
          symbolSize: 6,
          color: 'var(--threshold)',
          lineStyle: { width: 2, type: 'dashed' },
        },
      ],
    },
  };
}
