/** Markup that is safe to put in a page. */
export class Html {
  constructor(readonly source: string) {}
}

type Content = Html | string | number | undefined | readonly Content[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as it may stand in an element or a quoted attribute. */
export const escapeText = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);

/** A template of markup: whatever is put into it is escaped, unless it is markup itself. */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Html {
  return new Html(parts.map((part, i) => part + (i < contents.length ? sourceOf(contents[i]) : '')).join(''));
}

function sourceOf(content: Content): string {
  if (content === undefined) return '';
  if (content instanceof Html) return content.source;
  if (typeof content === 'string' || typeof content === 'number') return escapeText(String(content));
  return content.map(sourceOf).join('');
}
