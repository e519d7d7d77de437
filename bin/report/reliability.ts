import type { Reliability, ReliabilityBin } from '../../core/simulation/report';
import { above, bottomAxis, percentTick, scaleOver, SHARES, tick, valueAxis } from './axes';
import { figure } from './figure';
import { count, percent } from './format';
import { type Html, html } from './html';
import type { Drawing } from './plot';
import { rectangles } from './rectangles';
import { section } from './section';
import { table } from './table';

/** Whether a row that the model gives 30 % turns out so in 30 of 100. */
export function reliabilitySection(reliability: Reliability): Html {
  const place = { id: 'reliability', heading: 'Can the probabilities be believed?' };
  if (reliability.rows === 0) return section({ ...place, text: [html`No row was given a probability.`] });
  return section({
    ...place,
    text: reliabilityText(reliability),
    body: html`<div class="pair">
      ${reliabilityFigure('reliability-plot', reliability)}${reliabilityFigures(reliability)}
    </div>`,
  });
}

function reliabilityText(reliability: Reliability): Html[] {
  const bins = filled(reliability);
  const inside = bins.filter(({ low, high, meanProbability }) => low <= meanProbability && meanProbability <= high);
  return [
    html`On average what happened differs from what the probability said by
      <b>${(100 * reliability.ece).toFixed(1)} percentage points</b>. In ${inside.length} of ${bins.length} bins the two
      agree within the 95&nbsp;% interval.`,
    html`Dots on the diagonal are right; below it the model says too much, above it too little. Costs and guarantees
    rest on this.`,
  ];
}

/** The diagram of one set of probabilities, with how many rows lie in each bin. */
export function reliabilityFigure(
  id: string,
  reliability: Reliability,
  title = 'Observed share against probability',
): Html {
  const bins = filled(reliability);
  return figure({
    id,
    title,
    description: `${bins.map(({ meanProbability, observed, rows }) => `${percent(meanProbability)} said, ${percent(observed)} observed in ${count(rows)} rows`).join('; ')}.`,
    width: 440,
    draw: (width) => draw(bins, width),
    keys: [
      { mark: 'dot', color: 'var(--policy)', text: 'observed, with 95 % interval' },
      { mark: 'dashes', color: 'var(--muted)', text: 'as said' },
    ],
    alternative: table(
      title,
      [
        { name: 'Probability' },
        { name: 'Rows', kind: 'figures' },
        { name: 'Mean', kind: 'figures' },
        { name: 'Observed', kind: 'figures' },
        { name: '95 % interval', kind: 'figures' },
      ],
      bins.map((bin) => ({
        cells: [
          `${percentTick(bin.from)} to ${percentTick(bin.to)}`,
          count(bin.rows),
          percent(bin.meanProbability),
          percent(bin.observed),
          `${percent(bin.low)} to ${percent(bin.high)}`,
        ],
      })),
    ),
  });
}

/** Brier score, calibration error and ranking, each with what is good. */
function reliabilityFigures(reliability: Reliability): Html {
  const { rows, brier, logLoss, ece, eceEqualMass, auc } = reliability;
  const base = filled(reliability).reduce((sum, bin) => sum + bin.rows * bin.observed, 0) / rows;
  return html`<dl class="scores">
    <div>
      <dt>Brier score</dt>
      <dd>${brier.toFixed(3)}</dd>
      <dd>0 is perfect; always saying the mean, ${percent(base)}, would give ${(base * (1 - base)).toFixed(3)}</dd>
    </div>
    <div>
      <dt>Calibration error (ECE)</dt>
      <dd>${ece.toFixed(3)}</dd>
      <dd>mean distance from the diagonal; ${eceEqualMass.toFixed(3)} in bins of equally many rows</dd>
    </div>
    <div>
      <dt>AUC</dt>
      <dd>${auc === null ? '–' : auc.toFixed(3)}</dd>
      <dd>
        ${auc === null ? 'the rows have one label only' : 'how often a row with the label gets more than one without; 0.5 is chance'}
      </dd>
    </div>
    <div>
      <dt>Log loss</dt>
      <dd>${logLoss.toFixed(3)}</dd>
      <dd>0 is perfect; over ${count(rows)} rows</dd>
    </div>
  </dl>`;
}

const filled = ({ bins }: Reliability) => bins.filter(({ rows }) => rows > 0);

const GRID = { left: 52, right: 14 };

function draw(bins: readonly ReliabilityBin[], width: number): Drawing {
  const side = width - GRID.left - GRID.right;
  const histogramTop = 28 + side + 60;
  const rows = scaleOver(
    bins.map((bin) => bin.rows),
    2,
  );
  const x = { ...bottomAxis('', SHARES, percentTick), name: undefined };
  return {
    height: histogramTop + 64 + 48,
    option: {
      title: [above('Observed share'), above('Rows', histogramTop - 26)],
      grid: [
        { ...GRID, top: 28, height: side },
        { ...GRID, top: histogramTop, height: 64 },
      ],
      xAxis: [
        { ...x, gridIndex: 0 },
        { ...bottomAxis('Probability of the label', SHARES, percentTick), gridIndex: 1 },
      ],
      yAxis: [
        { ...valueAxis(SHARES, percentTick), gridIndex: 0 },
        { ...valueAxis(rows, tick(rows)), gridIndex: 1 },
      ],
      series: [
        {
          type: 'line',
          data: [
            [0, 0],
            [1, 1],
          ],
          showSymbol: false,
          lineStyle: { color: 'var(--muted)', width: 1.5, type: 'dashed' },
        },
        {
          // A gap in the data ends one interval and begins the next.
          type: 'line',
          data: bins.flatMap((bin) => [
            [bin.meanProbability, bin.low],
            [bin.meanProbability, bin.high],
            [null, null],
          ]),
          showSymbol: false,
          lineStyle: { color: 'var(--policy)', width: 2 },
        },
        {
          type: 'scatter',
          data: bins.map((bin) => [bin.meanProbability, bin.observed]),
          symbolSize: 10,
          itemStyle: { color: 'var(--policy)', opacity: 1, borderColor: 'var(--page)', borderWidth: 1.5 },
        },
        {
          ...rectangles(
            bins.map((bin) => ({ x: [bin.from + 0.003, bin.to - 0.003], y: [0, bin.rows], color: 'var(--policy)' })),
          ),
          xAxisIndex: 1,
          yAxisIndex: 1,
        },
      ],
    },
  };
}
