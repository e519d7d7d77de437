import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadPrompts } from '../../lib';
import { scratchPath } from '../bin/scratch';

let folders = 0;
function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = scratchPath(`prompts-${++folders}`);
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}
const FILE = `---
description: The first
temperature: 0.2
variables:
  subject: input.subject
  body: { from: input.body, mostCharacters: 4000 }
---

# System

Judge the mail.

## What spam is

Nobody asked for it.

# User

{{subject}}
`;

test('reads each file of the folder as a version', () => {
  const prompts = loadPrompts(folderOf({ '1.md': FILE, '2.md': FILE.replace('first', 'second'), 'README.txt': 'x' }), {
    live: '1',
  });
  expect(prompts.live).toBe('1');
  expect(Object.keys(prompts.versions)).toEqual(['1', '2']);
  expect(prompts.versions['1']).toEqual({
    description: 'The first',
    temperature: 0.2,
    variables: { subject: 'input.subject', body: { from: 'input.body', mostCharacters: 4000 } },
    messages: [
      { role: 'system', content: 'Judge the mail.\n\n## What spam is\n\nNobody asked for it.' },
      { role: 'user', content: '{{subject}}' },
    ],
  });
});

test('reads the same whatever ends its lines', () => {
  const [unix, windows] = [FILE, FILE.replaceAll('\n', '\r\n')].map((text) =>
    loadPrompts(folderOf({ '1.md': text }), { live: '1' }),
  );
  expect(windows).toEqual(unix);
});

test('says at once what is wrong with every file', () => {
  const folder = folderOf({
    '1.md': 'Judge the mail.',
    '2.md': FILE.replace('temperature: 0.2', 'temprature: 0.2'),
    '3.md': FILE.replace('{ from', '{{ from'),
    '4.md': FILE.replace('# System', 'Hello\n\n# System'),
  });
  const said = () => loadPrompts(folder, { live: '1' });
  expect(said).toThrow(/1\.md: must begin with front matter/);
  expect(said).toThrow(/1\.md: has text before its first heading/);
  expect(said).toThrow(/2\.md: "temprature" in the front matter is none of description, variables, temperature/);
  expect(said).toThrow(/3\.md: the front matter is no YAML/);
  expect(said).toThrow(/4\.md: has text before its first heading/);
});

test('says so where there is no prompt', () => {
  expect(() => loadPrompts(scratchPath('nowhere'), { live: '1' })).toThrow(/holds no <version>\.md/);
});
