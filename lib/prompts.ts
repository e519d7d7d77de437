import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { YAMLException, load } from 'js-yaml';
import { DefinitionError, type Problem } from '../core/problem';
import type { Prompt, PromptMessage, Prompts } from '../core/llm/settings';

const FRONT_MATTER = /^---\r?\n([^]*?)\r?\n---\r?\n/;
const HEADING = /^# (system|user|assistant)[ \t]*\r?$/im;
const MEMBERS = ['description', 'variables', 'temperature'];

/**
 * Reads the versions of a prompt from the Markdown files of a folder, `<version>.md`: front matter in YAML with
 * `variables` (and `description`, `temperature`), then the messages under the headings `# System`, `# User`,
 * `# Assistant`. Throws a DefinitionError that names every fault of every file.
 */
export function loadPrompts(folder: string, { live }: Pick<Prompts, 'live'>): Prompts {
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.md')) : [];
  const problems: Problem[] = [];
  if (files.length === 0)
    problems.push({ code: 'PROMPTS', path: folder, message: 'holds no <version>.md. Name the folder of one prompt.' });
  const versions = files.sort().map((file) => {
    const read = readPrompt(readFileSync(join(folder, file), 'utf8'));
    problems.push(...read.faults.map((message) => ({ code: 'PROMPT_FILE', path: join(folder, file), message })));
    return [file.slice(0, -'.md'.length), read.prompt] as const;
  });
  if (problems.length > 0) throw new DefinitionError('prompts', problems);
  return { versions: Object.fromEntries(versions), live };
}

function readPrompt(text: string): { readonly prompt: Prompt; readonly faults: readonly string[] } {
  const faults: string[] = [];
  const front = FRONT_MATTER.exec(text);
  if (!front) faults.push('must begin with front matter: YAML between two lines of three hyphens.');
  const members = readYaml(front?.[1] ?? '', faults);
  for (const name of Object.keys(members))
    if (!MEMBERS.includes(name)) faults.push(`"${name}" in the front matter is none of ${MEMBERS.join(', ')}.`);
  const [before = '', ...parts] = text.slice(front?.[0].length ?? 0).split(HEADING);
  if (before.trim() !== '') faults.push('has text before its first heading. Put it under # System or # User.');
  if (parts.length === 0) faults.push('has no message. Begin one with a line # System, # User or # Assistant.');
  const messages = Array.from({ length: parts.length / 2 }, (_, i): PromptMessage => ({
    role: parts[2 * i]!.toLowerCase() as PromptMessage['role'],
    content: parts[2 * i + 1]!.replaceAll('\r\n', '\n').trim(),
  }));
  return { prompt: { variables: {}, ...members, messages } as Prompt, faults };
}

function readYaml(text: string, faults: string[]): Readonly<Record<string, unknown>> {
  try {
    const members = load(text) ?? {};
    if (typeof members === 'object' && !Array.isArray(members)) return members as Record<string, unknown>;
    faults.push('the front matter must be names with values.');
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    faults.push(`the front matter is no YAML: ${error.message}.`);
  }
  return {};
}
