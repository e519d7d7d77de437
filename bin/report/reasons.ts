import type { SimulationReport } from '../../core/simulation/report';
import { count, counted, percent } from './format';
import { type Html, html } from './html';
import { section } from './section';
import { inWords } from './skip-causes';
import { table } from './table';

/** Why decisions fell as they did. */
export function reasons({ reasons: given, rows }: SimulationReport): Html {
  const all = Object.entries(given).sort(([, a], [, b]) => b - a);
  return section({
    id: 'reasons',
    heading: 'Reasons given',
    text: [all.length === 0 ? html`No reason was given.` : html`A row may have more than one.`],
    body:
      all.length === 0
        ? undefined
        : table(
            'Reasons, the most frequent first',
            [
              { name: 'Reason' },
              { name: 'Rows', kind: 'figures' },
              { name: 'Share', kind: 'figures' },
              { name: '', kind: 'bars' },
            ],
            all.map(([code, number]) => ({
              cells: [
                html`<code>${code}</code>`,
                count(number),
                percent(number / rows),
                html`<span
                  class="bar"
                  style="width:${Math.min(100, (100 * number) / rows).toFixed(1)}%;background:var(--policy)"
                ></span>`,
              ],
            })),
          ),
  });
}

/** Which rows could not be counted. */
export function skipped({ skipped: left, rows }: SimulationReport): Html {
  const all = Object.entries(left);
  const out = all.reduce((sum, [, cause]) => sum + cause.rows, 0);
  return section({
    id: 'skipped',
    heading: 'Rows left out',
    text: [
      out === 0
        ? html`None: all ${counted(rows, 'row')} are counted.`
        : html`<b>${count(out)} of ${counted(rows + out, 'row')}</b> could not be counted and are in none of these
            figures.`,
    ],
    body:
      out === 0
        ? undefined
        : table(
            'Rows left out, by cause',
            [
              { name: 'Cause' },
              { name: 'Meaning' },
              { name: 'Rows', kind: 'figures' },
              { name: 'First row', kind: 'figures' },
            ],
            all.map(([cause, { rows: number, first }]) => ({
              cells: [html`<code>${cause}</code>`, inWords(cause), count(number), count(first + 1)],
            })),
          ),
  });
}
