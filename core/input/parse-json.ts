import { escapePointer } from './pointer';
import type { InputProblem } from './validate';

/** Deeper bodies are refused before anything walks them. */
export const MAX_DEPTH = 32;

export type ParsedJson = { readonly value: unknown } | { readonly problem: InputProblem };

const fault = (code: string, detail: string, pointer = ''): ParsedJson => ({ problem: { pointer, code, detail } });

// One token of a text that is already known to be JSON: a string, or a mark of structure.
export const JSON_TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/**
 * JSON as RFC 8259 advises to accept it: a member name stands once in its object.
 * (`JSON.parse` keeps the last of several, so that two readers of one body could see two requests.)
 */
export function parseJson(text: string): ParsedJson {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fault('MALFORMED_JSON', 'the body is not JSON');
  }
  return scan(text) ?? { value };
}

interface Level {
  /** Names seen so far in an object; undefined in an array. */
  readonly names?: Set<string>;
  /** The member or index that is being read. */
  at: string | number;
}

function scan(text: string): ParsedJson | undefined {
  const levels: Level[] = [];
  let expectName = false;
  for (const [token] of text.matchAll(JSON_TOKEN)) {
    const level = levels.at(-1);
    switch (token) {
      case '{':
      case '[':
        if (levels.length === MAX_DEPTH)
          return fault('TOO_DEEP', `is nested deeper than ${MAX_DEPTH} levels`, pointer(levels));
        levels.push(token === '{' ? { names: new Set(), at: '' } : { at: 0 });
        expectName = token === '{';
        break;
      case '}':
      case ']':
        levels.pop();
        expectName = false;
        break;
      case ',':
        if (level?.names) expectName = true;
        else if (level) level.at = (level.at as number) + 1;
        break;
      case ':':
        break;
      default: {
        const isName = expectName && level?.names !== undefined;
        if (!isName && !token.includes('\\u')) break;
        const text = JSON.parse(token) as string;
        // Half a surrogate pair is no character: UTF-8 has no form for it, and stores refuse it.
        if (!text.isWellFormed()) return fault('ILL_FORMED_TEXT', 'holds half of a surrogate pair', pointer(levels));
        if (!isName) break;
        level.at = text;
        expectName = false;
        if (level.names!.has(level.at))
          return fault('REPEATED_MEMBER', 'stands more than once in its object', pointer(levels));
        level.names!.add(level.at);
      }
    }
  }
  return undefined;
}

const pointer = (levels: readonly Level[]): string => levels.map(({ at }) => `/${escapePointer(String(at))}`).join('');
