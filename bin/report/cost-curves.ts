import type { CurvePoint, SimulationReport } from '../../core/simulation/report';
import { above, bottomAxis, type Scale, scaleOver, SHARES, tick, valueAxis } from './axes';
import { figure } from './figure';
import { cost, percent } from './format';
import { type Html, html } from './html';
import type { Drawing } from './plot';
import { section } from './section';
import { table } from './table';
import { thinned } from './thinned';

type Place = Pick<CurvePoint, 'threshold' | 'costPerRow'>;

/** One way to choose by a single number: its curve and the cheapest place on it. */
interface Panel {
  readonly title: string;
  readonly axis: string;
  readonly color: string;
  readonly curve: readonly CurvePoint[];
  readonly best: Place | undefined;
  readonly scale: Scale;
}

/** What a row costs by where a single threshold lies, with and without reviews, beside the policy and reviewing all. */
export function costCurves(report: SimulationReport): Html {
  const { bestThreshold, allReview } = report.baselines;
  const confident = byThreshold(report.riskCoverage);
  const review = confident.reduce<CurvePoint | undefined>(
    (a, b) => (a && a.costPerRow <= b.costPerRow ? a : b),
    undefined,
  );
  const panels: readonly Panel[] = [
    {
      title: 'One threshold, nobody reviews',
      axis: 'Threshold on the probability',
      color: 'var(--threshold)',
      curve: byThreshold(report.thresholds),
      best: bestThreshold,
      scale: SHARES,
    },
    {
      title: 'Confident rows automated, the rest reviewed',
      axis: 'Confidence from which a row is automated',
      color: 'var(--review)',
      curve: confident,
      best: review,
      scale: (confident[0]?.threshold ?? 0) >= 0.5 ? { min: 0.5, max: 1, interval: 0.1 } : SHARES,
    },
  ];
  return section({
    id: 'cost',
    heading: 'What a row costs, by threshold',
    text: [
      html`With one threshold and no reviews, <b>${cost(bestThreshold.costPerRow)}</b> is the least a row can cost, at
        ${bestThreshold.threshold.toFixed(2)}.
        ${review ? html`With reviews of what is less sure than ${review.threshold.toFixed(2)}, it is <b>${cost(review.costPerRow)}</b>.` : undefined}`,
      html`This policy costs <b>${cost(report.costPerRow)}</b>; if people reviewed everything, a row would cost
        ${cost(allReview.costPerRow)}. Both cheapest places are found on these very rows, with hindsight that no
        threshold has in production.`,
    ],
    body: figure({
      id: 'cost-plot',
      title: 'Cost per row against the threshold',
      description: `${panels.map(({ title, best }) => `${title}: ${best ? `cheapest at ${best.threshold.toFixed(2)}, ${cost(best.costPerRow)} per row` : 'no figures'}.`).join(' ')} This policy: ${cost(report.costPerRow)}. Everything reviewed: ${cost(allReview.costPerRow)}.`,
      width: 720,
      draw: (width) => draw(panels, report.costPerRow, allReview.costPerRow, width),
      keys: [
        { mark: 'line', color: 'var(--policy)', text: `this policy: ${cost(report.costPerRow)}` },
        { mark: 'dashes', color: 'var(--ink)', text: `everything reviewed: ${cost(allReview.costPerRow)}` },
        { mark: 'ring', color: 'var(--ink)', text: 'cheapest threshold' },
      ],
      alternative: html`${panels.map(costTable)}`,
    }),
  });
}

const byThreshold = (points: readonly CurvePoint[]) => [...points].sort((a, b) => a.threshold - b.threshold);

function draw(panels: readonly Panel[], policy: number, allReview: number, width: number): Drawing {
  const compared = [policy, allReview, ...panels.flatMap(({ best }) => (best ? [best.costPerRow] : []))];
  // Extreme thresholds can cost a multiple of the rest: what matters would lie flat on the axis.
  const most = Math.max(0, 2 * Math.max(...compared));
  const drawn = panels.flatMap(({ curve }) => curve.map((point) => Math.min(point.costPerRow, most)));
  const costs = scaleOver([...compared, ...drawn], 5);
  const beside = width >= 500;
  const height = beside ? 320 : 300;
  const left = (i: number) => (beside && i > 0 ? width / 2 + 8 : 0);
  const top = (i: number) => (beside ? 0 : i * (height + 20));
  const pixels = (difference: number) => (difference * (height - 80)) / (costs.max - costs.min);
  /** Below the point and clear of the policy's line, or above it where the axis is near. */
  const labelled = (value: number): Label => {
    if (pixels(value - costs.min) < 36) return { position: 'top', distance: 8 };
    const gap = pixels(value - policy);
    return { position: 'bottom', distance: gap > 0 && gap < 30 ? gap : 8 };
  };
  return {
    height: top(panels.length - 1) + height,
    option: {
      title: panels.map(({ title }, i) => above(title, top(i), left(i))),
      grid: panels.map((_, i) => ({
        left: left(i) + 44,
        width: (beside ? width / 2 - 8 : width) - 58,
        top: top(i) + 32,
        height: height - 80,
      })),
      xAxis: panels.map(({ axis, scale }, i) => ({ ...bottomAxis(axis, scale, tick(scale)), gridIndex: i })),
      yAxis: panels.map((_, i) => ({ ...valueAxis(costs), gridIndex: i })),
      series: panels.flatMap(({ curve, best, color, scale }, i) => {
        const place = { xAxisIndex: i, yAxisIndex: i };
        return [
          level(allReview, scale, { color: 'var(--ink)', width: 1.5, type: 'dashed' as const }, place),
          level(policy, scale, { color: 'var(--policy)', width: 2.5 }, place),
          {
            ...place,
            type: 'line' as const,
            data: curve.map((point) => [point.threshold, point.costPerRow]),
            showSymbol: false,
            lineStyle: { color, width: 2.5 },
          },
          ...(best ? [cheapest(best, color, labelled(best.costPerRow), place)] : []),
        ];
      }),
    },
  };
}

interface Grid {
  readonly xAxisIndex: number;
  readonly yAxisIndex: number;
}

const level = (value: number, { min, max }: Scale, lineStyle: object, place: Grid) => ({
  ...place,
  type: 'line' as const,
  data: [
    [min, value],
    [max, value],
  ],
  showSymbol: false,
  lineStyle,
});

interface Label {
  readonly position: 'top' | 'bottom';
  readonly distance: number;
}

const cheapest = ({ threshold, costPerRow }: Place, color: string, label: Label, place: Grid) => ({
  ...place,
  type: 'scatter' as const,
  data: [[threshold, costPerRow]],
  symbolSize: 11,
  itemStyle: { color: 'var(--page)', opacity: 1, borderColor: color, borderWidth: 2.5 },
  label: {
    show: true,
    formatter: cost(costPerRow),
    ...label,
    color: 'var(--ink)',
    fontSize: 12.5,
    fontWeight: 600 as const,
    textBorderColor: 'var(--page)',
    textBorderWidth: 4,
  },
});

const costTable = ({ title, curve }: Panel): Html =>
  table(
    title,
    [
      { name: 'From' },
      { name: 'Cost per row', kind: 'figures' },
      { name: 'Automated', kind: 'figures' },
      { name: 'Wrong', kind: 'figures' },
    ],
    thinned(curve).map((point) => ({
      cells: [point.threshold.toFixed(2), cost(point.costPerRow), percent(point.coverage), percent(point.error)],
    })),
  );
