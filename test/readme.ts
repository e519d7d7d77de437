import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(__dirname, '..');
export const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** Fenced blocks of a document by language, in order. */
export function blocks(markdown: string, language: string): string[] {
  const fence = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm');
  return [...markdown.matchAll(fence)].map(([, code]) => code!);
}

/** The block that contains a text; the test fails where there is none. */
export function blockWith(language: string, text: string): string {
  const found = blocks(README, language).find((code) => code.includes(text));
  if (found === undefined) throw new Error(`README.md has no ${language} block with ${text}.`);
  return found;
}
