import type { CurvePoint, SimulationReport } from '../../core/simulation/report';
import { above, bottomAxis, percentTick, scaleOver, SHARES, valueAxis } from './axes';
import { figure } from './figure';
import { cost, percent } from './format';
import { type Html, html } from './html';
import type { Drawing } from './plot';
import { section } from './section';
import { table } from './table';
import { thinned } from './thinned';

type Known = CurvePoint & { readonly error: number };

/** How many errors a growing share of automated rows brings, and where the policy stands. */
export function riskCoverage(report: SimulationReport): Html {
  const curve = report.riskCoverage
    .filter((point): point is Known => point.error !== null)
    .sort((a, b) => a.coverage - b.coverage);
  const coverage = report.automated / report.rows;
  const last = curve.at(-1);
  return section({
    id: 'risk-coverage',
    heading: 'How much can be automated, and how safely',
    text: [
      report.automatedError === null
        ? html`This policy automates nothing, so it makes no error of its own.`
        : html`This policy automates <b>${percent(coverage)}</b> of the rows and is wrong in
            <b>${percent(report.automatedError)}</b> of them.`,
      last
        ? html`The line automates the rows that the model is surest of, as far as ${percent(last.coverage)}, where
          ${percent(last.error)} are wrong. A policy that weighs costs may lie above it: it accepts cheap errors to
          avoid dear ones.`
        : html`No confidence automates any row.`,
    ],
    body:
      curve.length === 0
        ? undefined
        : figure({
            id: 'risk-coverage-plot',
            title: 'Share of wrong decisions against share of rows automated',
            description: `A line from ${percent(curve[0]!.error)} wrong at ${percent(curve[0]!.coverage)} automated to ${percent(last!.error)} wrong at ${percent(last!.coverage)} automated. The policy automates ${percent(coverage)} and is wrong in ${percent(report.automatedError)} of these.`,
            width: 720,
            draw: (width) => draw(curve, coverage, report.automatedError, width),
            keys: [
              { mark: 'line', color: 'var(--review)', text: 'automated from a confidence on, the rest reviewed' },
              ...(report.automatedError === null
                ? []
                : [{ mark: 'dot' as const, color: 'var(--policy)', text: 'this policy' }]),
            ],
            alternative: table(
              'Automated from a confidence on',
              [
                { name: 'From confidence' },
                { name: 'Automated', kind: 'figures' },
                { name: 'Wrong', kind: 'figures' },
                { name: 'Cost per row', kind: 'figures' },
              ],
              thinned(curve).map((point) => ({
                cells: [
                  point.threshold.toFixed(2),
                  percent(point.coverage),
                  percent(point.error),
                  cost(point.costPerRow),
                ],
              })),
            ),
          }),
  });
}

function draw(curve: readonly Known[], coverage: number, error: number | null, width: number): Drawing {
  const scale = scaleOver([...curve.map((point) => point.error), 1.15 * (error ?? 0)]);
  return {
    height: 320,
    option: {
      title: above('Wrong among the automated'),
      grid: { left: 48, right: 16, top: 32, bottom: 48 },
      xAxis: bottomAxis('Share of rows automated', { ...SHARES, interval: width < 500 ? 0.25 : 0.1 }, percentTick),
      yAxis: valueAxis(scale, percentTick),
      series: [
        {
          type: 'line',
          data: curve.map((point) => [point.coverage, point.error]),
          showSymbol: false,
          lineStyle: { color: 'var(--review)', width: 2.5 },
        },
        ...(error === null ? [] : operatingPoint(coverage, error)),
      ],
    },
  };
}

/** The policy's place, with hairlines to where the axes name it. */
const operatingPoint = (coverage: number, error: number) => [
  {
    type: 'line' as const,
    data: [
      [0, error],
      [coverage, error],
      [coverage, 0],
    ],
    showSymbol: false,
    lineStyle: { color: 'var(--policy)', width: 1, type: 'dashed' as const },
  },
  {
    type: 'scatter' as const,
    data: [[coverage, error]],
    symbolSize: 13,
    itemStyle: { color: 'var(--policy)', opacity: 1, borderColor: 'var(--page)', borderWidth: 2 },
    label: {
      show: true,
      formatter: 'this policy',
      // The line rises to the right, so there is room above and to the left.
      position: 'top' as const,
      align: coverage < 0.25 ? ('left' as const) : ('right' as const),
      distance: 7,
      color: 'var(--ink)',
      fontSize: 13,
      fontWeight: 600,
      textBorderColor: 'var(--page)',
      textBorderWidth: 4,
    },
  },
];
