import { type Html, html } from './html';

/** A part of the page: what it is about, what it says in words, and what shows it. */
export interface Section {
  readonly id: string;
  readonly heading: string;
  readonly text: readonly Html[];
  readonly body?: Html | readonly Html[];
  /** The body needs the whole width of the page. */
  readonly full?: boolean;
}

export const section = ({ id, heading, text, body, full }: Section): Html =>
  html` <section id="${id}" ${full ? html` class="full"` : undefined}>
    <div class="text">
      <h2>${heading}</h2>
      ${text.map((paragraph) => html`<p>${paragraph}</p> `)}
    </div>
    ${body === undefined ? undefined : html`<div class="body">${body}</div>`}
  </section>`;
