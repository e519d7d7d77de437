import type { EChartsOption } from 'echarts';
import { init } from './charts.cjs';
import { Html, html } from './html';

/** What a plot shows, at one width. */
export interface Drawing {
  readonly height: number;
  readonly option: EChartsOption;
}

/** Texts for those who do not see the plot. */
export interface PlotTexts {
  readonly title: string;
  readonly description: string;
}

/** Draws a plot as SVG, without a script and without colours of its own: they are variables of the page's style. */
export function plot(id: string, width: number, { height, option }: Drawing, texts: PlotTexts): Html {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({ animation: false, textStyle: { fontFamily: 'inherit', fontSize: 12 }, ...option });
    return html`<svg
      class="plot"
      width="${width}"
      height="${height}"
      viewBox="0 0 ${width} ${height}"
      role="img"
      aria-labelledby="${id}-title ${id}-text"
    >
      <title id="${id}-title">${texts.title}</title>
      <desc id="${id}-text">${texts.description}</desc>
      ${new Html(still(chart.renderToSVGString(), id))}
    </svg>`;
  } finally {
    chart.dispose();
  }
}

/**
 * What the library drew, without its frame, what it adds for a script that is not there, and the counters in its ids,
 * which would differ from one drawing to the next. It quotes no text, so none of this can meet one.
 */
const still = (svg: string, id: string): string =>
  svg
    .replace(/^<svg[^>]*>\s*<rect[^>]*><\/rect>\s*|<\/svg>\s*$/g, '')
    .replace(/<style[^>]*>[\s\S]*<\/style>\s*/, '')
    .replace(/ (?:class|ecmeta_\w+|pointer-events|xml:space)="[^"]*"/g, '')
    .replace(/("url\(#| id=")zr\d+-/g, `$1${id}-`);
