import { moment } from './format';
import { Html, html } from './html';
import { STYLE } from './style';

/** Where a page comes from. */
export interface ReportContext {
  readonly title: string;
  /** The file of history, as it was named. */
  readonly dataFile: string;
  /** ISO 8601. */
  readonly generatedAt: string;
  /** What was typed to make it. */
  readonly command: string;
}

export interface Page {
  /** What kind of report it is. */
  readonly kind: string;
  /** Stands under the title: what was looked at. */
  readonly subject: Html;
  /** Links to parts of the page, by their ids. */
  readonly parts: Readonly<Record<string, string>>;
  readonly body: Html;
  /** How the figures were come by. */
  readonly notes: readonly Html[];
}

/** A page that needs nothing but itself: no script, no request, no font. */
export const renderPage = ({ kind, subject, parts, body, notes }: Page, context: ReportContext): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
        />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>${context.title}: ${kind}</title>
        <style>
          ${new Html(STYLE)}
        </style>
      </head>
      <body>
        <header>
          <p class="kind">Plumbline ${kind}</p>
          <h1>${context.title}</h1>
          <p class="subject">${subject}</p>
        </header>
        <nav aria-label="Parts of this page">
          <ul>
            ${Object.entries(parts).map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}
          </ul>
        </nav>
        <main>${body}</main>
        <footer>
          <h2>How to read the figures</h2>
          <ul>
            ${notes.map((note) => html`<li>${note}</li> `)}
          </ul>
          <p>
            Made <time datetime="${context.generatedAt}">${moment(context.generatedAt)}</time> from
            <code>${context.dataFile}</code> by
          </p>
          <pre tabindex="0"><code>${context.command}</code></pre>
        </footer>
      </body>
    </html> `.source;
