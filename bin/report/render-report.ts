import type { SimulationReport } from '../../core/simulation/report';
import { costCurves } from './cost-curves';
import { counted, percent } from './format';
import { groups } from './groups';
import { headline } from './headline';
import { type Html, html } from './html';
import { type ReportContext, renderPage } from './page';
import { reasons, skipped } from './reasons';
import { reliabilitySection } from './reliability';
import { reviewLoad } from './review-load';
import { riskCoverage } from './risk-coverage';
import { sweep } from './sweep';

/** What a policy would have done, as one page that works from a file. The same report gives the same bytes. */
export const renderReport = (report: SimulationReport, context: ReportContext): string =>
  renderPage(
    {
      kind: 'simulation',
      subject: html`What this policy would have done with ${counted(report.rows, 'past row')} of
        <code>${context.dataFile}</code>, version <code title="${report.version}">${short(report.version)}</code>`,
      parts: {
        result: 'Result',
        'risk-coverage': 'Automation',
        cost: 'Cost',
        reliability: 'Probabilities',
        reviews: 'Reviews',
        groups: 'Groups',
        sweep: 'Other policies',
        reasons: 'Reasons',
        skipped: 'Rows left out',
      },
      body: html`${[
        headline(report),
        riskCoverage(report),
        costCurves(report),
        reliabilitySection(report.reliability),
        reviewLoad(report),
        groups(report),
        sweep(report),
        reasons(report),
        skipped(report),
      ]}`,
      notes: notes(report),
    },
    context,
  );

/** Enough of a hash to tell versions apart. */
const short = (version: string) => version.slice(0, 'sha256:'.length + 12);

const notes = ({ reviewerAccuracy, version }: SimulationReport): Html[] => [
  html`Costs are in the unit of the definition's <code>decide.costs</code>. A decision is wrong when another outcome
    would have cost less under the row's label.`,
  html`Intervals of costs are normal approximations over the differences of rows; those of shares are Wilson's.`,
  html`A reviewer is taken to decide right in ${percent(reviewerAccuracy)} of reviews, at the price of a review.`,
  html`The error without labels is what the calibrated probabilities expect of the decisions taken (confidence-based
  performance estimation).`,
  html`The queue serves the oldest review first, around the clock; one that nobody begins within the SLA ends in the
  safe default. Costs take every review as done.`,
  html`Version of the definition: <code>${version}</code>`,
];
