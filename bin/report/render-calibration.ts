import type { Reliability } from '../../core/simulation/report';
import { count, counted, fixed, NONE } from './format';
import { type Html, html } from './html';
import { type ReportContext, renderPage } from './page';
import { reliabilityFigure } from './reliability';
import { table } from './table';

export interface CalibrationContext extends ReportContext {
  /** How scores became probabilities, such as `Platt scaling`. */
  readonly method: string;
}

/** How well scores agree with what happened, before and after calibration, as one page that works from a file. */
export function renderCalibration(before: Reliability, after: Reliability, context: CalibrationContext): string {
  return renderPage(
    {
      kind: 'calibration',
      subject: html`${context.method}, over ${counted(after.rows, 'row')} of <code>${context.dataFile}</code>`,
      parts: { result: 'Result', diagrams: 'Diagrams' },
      body: html` <section id="result" class="result">
          <h2>${verdict(before, after)}</h2>
          ${comparison(before, after)}
        </section>
        <section id="diagrams" class="full">
          <div class="text">
            <h2>Before and after</h2>
            <p>Of the rows that get 30&nbsp;%, 30 in 100 should turn out so: dots belong on the diagonal.</p>
          </div>
          <div class="halves">
            ${reliabilityFigure('before', before, 'Before calibration')}
            ${reliabilityFigure('after', after, 'After calibration')}
          </div>
        </section>`,
      notes: [
        html`Lines are 95&nbsp;% intervals (Wilson) of the observed share in each bin; the histogram counts the rows in
        it.`,
        html`The Brier score is the mean squared distance of probability and truth; calibration should lower it and
        leave the AUC, which only ranks, nearly as it was.`,
      ],
    },
    context,
  );
}

/** By the log loss first: a calibration error alone can be lowered by saying less. */
function verdict(before: Reliability, after: Reliability): Html {
  const loss = html`the log loss from ${fixed(before.logLoss, 3)} to <em>${fixed(after.logLoss, 3)}</em>`;
  if (after.logLoss >= before.logLoss) return html`Calibration gains nothing on these rows: it takes ${loss}.`;
  return after.ece < before.ece
    ? html`Calibration brings the mean distance between what is said and what happens from ${fixed(100 * before.ece, 1)}
        to <em>${fixed(100 * after.ece, 1)} percentage points</em>.`
    : html`Calibration lowers ${loss}; the calibration error does not fall with it.`;
}

function comparison(before: Reliability, after: Reliability) {
  const row = (name: string, value: (figures: Reliability) => number | null) => {
    const [from, to] = [value(before), value(after)];
    const written = (number: number | null) => (number === null ? NONE : fixed(number, 4));
    const change = from === null || to === null ? null : Number((to - from).toFixed(4));
    return {
      cells: [name, written(from), written(to), `${change !== null && change > 0 ? '+' : ''}${written(change)}`],
    };
  };
  return table(
    `Figures over ${count(after.rows)} rows`,
    [
      { name: 'Figure' },
      { name: 'Before', kind: 'figures' },
      { name: 'After', kind: 'figures' },
      { name: 'Change', kind: 'figures' },
    ],
    [
      row('Brier score (less is better)', ({ brier }) => brier),
      row('Calibration error, ECE (less is better)', ({ ece }) => ece),
      row('The same in bins of equally many rows', ({ eceEqualMass }) => eceEqualMass),
      row('Log loss (less is better)', ({ logLoss }) => logLoss),
      row('AUC (more is better)', ({ auc }) => auc),
    ],
  );
}
