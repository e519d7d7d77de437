import { type Html, html } from './html';
import { type Drawing, type PlotTexts, plot } from './plot';

/** How a mark looks in the key of a figure. */
export type Mark = 'line' | 'dashes' | 'dot' | 'ring' | 'bar';

export interface Key {
  readonly mark: Mark;
  readonly color: string;
  readonly text: string;
}

export interface Figure extends PlotTexts {
  readonly id: string;
  /** Of the plot on a wide page, in pixels. */
  readonly width: number;
  readonly draw: (width: number) => Drawing;
  readonly keys: readonly Key[];
  /** The same figures in words or as a table. */
  readonly alternative: Html;
}

/** A plot for a wide page and one for a phone, where text keeps its size; the page's style shows one of them. */
const NARROW = 350;

export function figure({ id, width, draw, keys, alternative, ...texts }: Figure): Html {
  return html`<figure id="${id}">
    <figcaption>
      <strong>${texts.title}</strong>${
        keys.length > 0
          ? html`<ul class="keys">
              ${keys.map(key)}
            </ul>`
          : undefined
      }
    </figcaption>
    <div class="wide">${plot(`${id}-w`, width, draw(width), texts)}</div>
    <div class="narrow">${plot(`${id}-n`, NARROW, draw(NARROW), texts)}</div>
    <details>
      <summary>The figures as a table</summary>
      ${alternative}
    </details>
  </figure>`;
}

const SHAPES: Readonly<Record<Mark, Html>> = {
  line: html`<path d="M1 6h20" stroke="currentColor" stroke-width="2.5" />`,
  dashes: html`<path d="M1 6h20" stroke="currentColor" stroke-width="2" stroke-dasharray="5 3" />`,
  dot: html`<circle cx="11" cy="6" r="5" fill="currentColor" />`,
  ring: html`<circle cx="11" cy="6" r="4.5" fill="var(--page)" stroke="currentColor" stroke-width="2" />`,
  bar: html`<path d="M5 0h12v12h-12z" fill="currentColor" />`,
};

const key = ({ mark, color, text }: Key): Html =>
  html`<li>
    <svg width="22" height="12" viewBox="0 0 22 12" style="color:${color}" aria-hidden="true">${SHAPES[mark]}</svg
    >${text}
  </li>`;
