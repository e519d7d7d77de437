import { type Html, html } from './html';

export type Cell = Html | string;

export interface Column {
  readonly name: string;
  /** Figures are set flush right; bars are left out where the page is narrow. */
  readonly kind?: 'figures' | 'bars';
}

export interface Row {
  readonly cells: readonly Cell[];
  readonly marked?: boolean;
}

/** A table that scrolls by itself where the page is narrower; the first cell of a row names it. */
export function table(caption: string, columns: readonly Column[], rows: readonly Row[]): Html {
  const kindOf = (i: number) => (columns[i]?.kind ? html` class="${columns[i].kind}"` : undefined);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${columns.map(({ name }, i) => html`<th scope="col" ${kindOf(i)}>${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ({ cells: [first = '', ...rest], marked }) => html`
<tr${marked ? html` class="marked"` : undefined}><th scope="row">${first}</th>${rest.map((cell, i) => html`<td${kindOf(i + 1)}>${cell}</td>`)}</tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
