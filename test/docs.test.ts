import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { transformSync } from 'esbuild';
import creditRisk from '../examples/credit-risk/pipeline';
import * as lib from '../lib';
import type { Rule, RuleTable } from '../lib';
import { DefinitionError, checkDefinition } from '../lib';
import { README, ROOT, blocks } from './readme';

const documents = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...under('docs'), ...under('examples')].filter(
  (file) => file.endsWith('.md'),
);

function under(folder: string): string[] {
  return (readdirSync(join(ROOT, folder), { recursive: true }) as string[]).map((file) => join(folder, file));
}

test.each([
  ['README.md', 'credit-risk'],
  ['docs/language-models.md', 'mail-triage'],
])('the definition in %s is that of the example %s', (file, example) => {
  const source = readFileSync(join(ROOT, 'examples', example, 'pipeline.ts'), 'utf8');
  const code = blocks(readFileSync(join(ROOT, file), 'utf8'), 'ts').find((one) => one.startsWith('export default'));
  expect(code).toBe(source.slice(source.indexOf('export default')));
});

test('the problems in the README are what a wrong definition gets', () => {
  const { decide } = creditRisk;
  const [first, table] = decide.rules! as [Rule, RuleTable];
  const rules = [first, { ...table, inputs: { ...table.inputs, amount: 'input.credit_amout' } }];
  const wrong = { ...creditRisk, deadline: '50ms', decide: { ...decide, rules } };
  const { message } = new DefinitionError('credit-risk', checkDefinition(wrong));
  expect(README).toContain(message.trim().replace(/^(?=.)/gm, '  '));
});

test('JSON in documents is JSON', () => {
  const found = documents.flatMap((file) => blocks(readFileSync(join(ROOT, file), 'utf8'), 'json'));
  expect(found.length).toBeGreaterThan(0);
  for (const code of found) expect(() => JSON.parse(code) as unknown).not.toThrow();
});

test.each(documents)('%s links to what is there', (file) => {
  const text = readFileSync(join(ROOT, file), 'utf8').replace(/```[\s\S]*?```/g, '');
  const links = [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, target]) => target!);
  const missing = links.filter((to) => !/^https?:/.test(to) && !existsSync(join(ROOT, dirname(file), to)));
  expect(missing).toEqual([]);
});

test('commands in documents are scripts of the package', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: object };
  const used = documents.flatMap((file) =>
    [...readFileSync(join(ROOT, file), 'utf8').matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name!),
  );
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(used));
});

describe.each(['docs/decisions.md', 'docs/operate/degradation.md'])('definitions in %s', (file) => {
  const parts = blocks(readFileSync(join(ROOT, file), 'utf8'), 'ts');

  test.each(
    parts.map((part) => [
      part
        .split('\n')
        .find((line) => /rules|policy|costs|fallback|actions/.test(line))!
        .trim(),
      part,
    ]),
  )('%s can be deployed, but for evidence that is measured first', (_, part) => {
    const { code } = transformSync(`return { ...creditRisk, ${part} };`, { loader: 'ts' });
    const definition = new Function('creditRisk', ...Object.keys(lib), code)(
      creditRisk,
      ...Object.values(lib),
    ) as never;
    expect(checkDefinition(definition).filter(({ code: problem }) => !problem.startsWith('EVIDENCE_'))).toEqual([]);
  });
});
