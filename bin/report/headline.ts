import type { Estimate, SimulationReport } from '../../core/simulation/report';
import { cost, count, counted, interval, NONE, percent, signed, span } from './format';
import { type Html, html } from './html';
import { table } from './table';

/** What a manager reads first: what a row costs beside the alternatives, and what stays for people. */
export const headline = (report: SimulationReport): Html =>
  html` <section id="result" class="result">
    <h2>${verdict(report)}</h2>
    ${tiles(report)} ${alternatives(report)}
  </section>`;

function verdict({ costPerRow, baselines: { bestThreshold, allReview } }: SimulationReport): Html {
  return html`A row costs <em>${cost(costPerRow)}</em>: ${against(costPerRow, bestThreshold.difference)} the best single
    threshold, ${against(costPerRow, allReview.difference)} reviewing everything.`;
}

/** `difference` says by how much the other costs more. */
function against(own: number, { mean, low, high }: Estimate): string {
  if (low <= 0 && high >= 0) return 'no clear difference from';
  const other = own + mean;
  const size = other > 0 ? percent(Math.abs(mean) / other) : cost(Math.abs(mean));
  return `${size} ${mean > 0 ? 'less' : 'more'} than`;
}

function tiles(report: SimulationReport): Html {
  const { rows, automated, review, outcomes, automatedError, estimatedError } = report;
  const wrong = automatedError === null ? undefined : Math.round(automatedError * automated);
  const parts = Object.entries(outcomes).map(([name, number]) => `${count(number)}\u00a0${name}`);
  return html`<dl class="tiles">
    <div>
      <dt>Automated</dt>
      <dd class="figure">${percent(automated / rows)}</dd>
      <dd>${count(automated)} of ${counted(rows, 'row')}${automated > 0 ? `: ${parts.join(', ')}` : undefined}</dd>
    </div>
    <div>
      <dt>Wrong, by the labels</dt>
      <dd class="figure">${percent(automatedError)}</dd>
      <dd>${wrong === undefined ? 'nothing is automated' : `${count(wrong)} of the ${count(automated)} automated`}</dd>
    </div>
    <div>
      <dt>Wrong, as estimated</dt>
      <dd class="figure">${percent(estimatedError)}</dd>
      <dd>
        ${estimatedError === null ? 'no automated row has a probability' : 'without labels, from the probabilities alone'}
      </dd>
    </div>
    <div>
      <dt>Left to people</dt>
      <dd class="figure">${count(review)}<small> ${review === 1 ? 'review' : 'reviews'}</small></dd>
      <dd>${people(report)}</dd>
    </div>
  </dl>`;
}

function people({ review, queue: { staffNeeded, slaMinutes } }: SimulationReport): string {
  if (review === 0) return 'nobody is needed';
  const needed = staffNeeded === null ? 'more than 200 people' : counted(staffNeeded, 'person', 'people');
  return `${needed} needed for an SLA of ${span(slaMinutes)}`;
}

/** The same comparison with its intervals. */
function alternatives({ costPerRow, baselines: { bestThreshold, allReview }, rows }: SimulationReport): Html {
  const others = [
    { name: `Best single threshold (${bestThreshold.threshold.toFixed(2)}), nobody reviews`, ...bestThreshold },
    { name: 'People review everything', ...allReview },
  ];
  const most = Math.max(costPerRow, ...others.map((other) => other.costPerRow));
  const bar = (value: number, color: string) =>
    html`<span
      class="bar"
      style="width:${(most > 0 ? Math.max(0, (100 * value) / most) : 0).toFixed(1)}%;background:${color}"
    ></span>`;
  return table(
    `Cost per row, over the same ${counted(rows, 'row')}`,
    [
      { name: 'Way to decide' },
      { name: 'Cost per row', kind: 'figures' },
      { name: '', kind: 'bars' },
      { name: 'Compared with this policy' },
    ],
    [
      { cells: ['This policy', cost(costPerRow), bar(costPerRow, 'var(--policy)'), NONE], marked: true },
      ...others.map(({ name, costPerRow: other, difference }) => ({
        cells: [name, cost(other), bar(other, 'var(--axis)'), inWords(difference)],
      })),
    ],
  );
}

/** A difference as one says it, with its interval. */
function inWords(difference: Estimate): Html {
  const { mean, low, high } = difference;
  if (low > 0)
    return html`costs <b>${cost(mean)} more</b> per row; between ${cost(low)} and ${cost(high)} with 95&nbsp;%
      confidence`;
  if (high < 0)
    return html`costs <b>${cost(-mean)} less</b> per row; between ${cost(-high)} and ${cost(-low)} with 95&nbsp;%
      confidence`;
  return html`<b>no clear difference</b>: ${signed(mean)} per row, 95&nbsp;% interval ${interval(difference, signed)}`;
}
