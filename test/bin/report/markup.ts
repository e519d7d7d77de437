/** An element as it opens: its name and its attributes, entities read back. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface Markup {
  readonly elements: readonly Element[];
  /** What is read between the tags, entities read back. */
  readonly text: string;
}

/** What ends a word as it ends. */
const APART = new Set(['td', 'th', 'li', 'dt', 'dd', 'p', 'h1', 'h2', 'text', 'title', 'desc', 'summary']);
const VOID = new Set(['meta', 'br', 'hr', 'img', 'input', 'link']);
const TOKEN = /<!doctype html>|<(\/?)([a-z][a-z0-9]*)((?:\s+[a-zA-Z][\w:-]*(?:="[^"<]*")?)*)\s*(\/?)>|([^<]+)|</gi;

/** Reads a page strictly: every element closed in order, every attribute quoted, no bare `<`. Throws where it is not so. */
export function readMarkup(page: string): Markup {
  const open: string[] = [];
  const elements: Element[] = [];
  const texts: string[] = [];
  for (const [token, end, name, attributes, empty, text] of page.matchAll(TOKEN)) {
    if (token === '<') throw new Error(`a bare "<" inside ${open.join(' > ')}`);
    if (text !== undefined) {
      if (open.at(-1) !== 'style') texts.push(plain(text));
    } else if (name === undefined) continue;
    else if (end) {
      const last = open.pop();
      if (last !== name) throw new Error(`</${name}> closes ${last ?? 'nothing'}`);
      if (APART.has(name)) texts.push(' ');
    } else {
      elements.push({ name, attributes: attributesOf(attributes!) });
      if (!empty && !VOID.has(name)) open.push(name);
    }
  }
  if (open.length > 0) throw new Error(`never closed: ${open.join(' > ')}`);
  return { elements, text: texts.join('').replace(/[ \n]+/g, ' ') };
}

const attributesOf = (source: string): Record<string, string> =>
  Object.fromEntries(
    [...source.matchAll(/([\w:-]+)(?:="([^"]*)")?/g)].map(([, name, value]) => [name!, plain(value ?? '')]),
  );

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#39': "'",
  nbsp: '\u00a0',
};

function plain(text: string): string {
  return text.replace(/&([^;\s]*;?)/g, (all, entity: string) => {
    const meant = ENTITIES[entity.replace(/;$/, '')];
    if (meant === undefined || !entity.endsWith(';')) throw new Error(`"${all}" is no entity`);
    return meant;
  });
}
