import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ESLint } from 'eslint';
import importX from 'eslint-plugin-import-x';
import { parser } from 'typescript-eslint';

const { zones } = jest.requireActual<{ zones: object[] }>('../scripts/import-zones');
const root = join(__dirname, '..');
const FOLDERS = [
  'adapters',
  'bench',
  'bin',
  'console',
  'core',
  'examples',
  'lambdas',
  'lib',
  'local',
  'scripts',
  'test',
];
const NOT_OURS = /(^|\/)(node_modules|dist|__pycache__|cdk\.out[^/]*)$/;

/** Files and folders below a folder, by path from the root. */
function below(folder: string): { readonly files: string[]; readonly folders: string[] } {
  const entries = readdirSync(join(root, folder), { withFileTypes: true, recursive: true }).map((entry) => ({
    path: relative(root, join(entry.parentPath, entry.name)),
    folder: entry.isDirectory(),
  }));
  const ours = entries.filter(({ path }) => !path.split('/').some((part) => NOT_OURS.test(part)));
  const paths = (wanted: boolean) => ours.filter((entry) => entry.folder === wanted).map(({ path }) => path);
  return { files: paths(false), folders: paths(true) };
}

const trees = FOLDERS.filter((folder) => existsSync(join(root, folder))).map(below);
const files = trees.flatMap((tree) => tree.files);
const folders = [...FOLDERS, ...trees.flatMap((tree) => tree.folders)];
const sources = files.filter((file) => /\.(ts|tsx)$/.test(file));
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const linesOf = (file: string) => read(file).split('\n').length - 1;

describe('imports point one way', () => {
  // The rule and the zones of eslint.config.mjs, without what needs types: they take long to work out.
  const eslint = new ESLint({
    cwd: root,
    overrideConfigFile: true,
    overrideConfig: [
      {
        files: ['**/*.ts'],
        languageOptions: { parser },
        plugins: { 'import-x': importX as never },
        settings: { 'import-x/resolver': { node: { extensions: ['.ts', '.js', '.json'] } } },
        linterOptions: { reportUnusedDisableDirectives: false },
        rules: { 'import-x/no-restricted-paths': ['error', { zones }] },
      },
    ],
  });
  const refused = async (filePath: string, code: string) => {
    const results = await eslint.lintText(code, { filePath: join(root, filePath) });
    return results
      .flatMap(({ messages }) => messages)
      .filter(({ ruleId }) => ruleId === 'import-x/no-restricted-paths');
  };

  test('everywhere', async () => {
    const results = await eslint.lintFiles(sources);
    expect(results.length).toBe(sources.length);
    const found = results.flatMap(({ filePath, messages }) =>
      messages
        .filter(({ ruleId, fatal }) => fatal || ruleId === 'import-x/no-restricted-paths')
        .map(({ line, message }) => `${relative(root, filePath)}:${line} ${message}`),
    );
    expect(found).toEqual([]);
  }, 60_000);

  test.each([
    ['core/planted.ts', '../adapters/dynamo-mode'],
    ['core/planted.ts', '../lib/store'],
    ['core/planted.ts', '../lambdas/decide/env'],
    ['core/pipeline/planted.ts', '../../examples/credit-risk/pipeline'],
    ['adapters/planted.ts', '../lib/store'],
    ['adapters/planted.ts', '../lambdas/_runtime/http'],
    ['lambdas/decide/planted.ts', '../../lib/store'],
    ['lambdas/decide/planted.ts', '../../local/paths'],
    ['lib/planted.ts', '../adapters/dynamo-mode'],
    ['lib/planted.ts', '../lambdas/decide/handler'],
    ['lib/planted.ts', '../lambdas/_runtime/http'],
    ['lib/planted.ts', '../bin/app'],
    ['bin/planted.ts', '../lambdas/decide/env'],
    ['examples/credit-risk/planted.ts', '../../adapters/dynamo-mode'],
    ['local/planted.ts', '../lambdas/decide/handler'],
  ])('%s may not import %s', async (file, specifier) => {
    expect(await refused(file, `import '${specifier}';`)).toHaveLength(1);
    expect(await refused(file, `export * from '${specifier}';`)).toHaveLength(1);
  });

  test.each([
    ['lib/planted.ts', '../lambdas/decide/env'],
    ['lib/planted.ts', '../core/pipeline/check'],
    ['adapters/planted.ts', '../core/ports'],
    ['lambdas/decide/planted.ts', '../../adapters/dynamo-mode'],
    ['lambdas/decide/planted.ts', '../_runtime/http'],
    ['bin/planted.ts', '../lib/store'],
  ])('%s may import %s', async (file, specifier) => {
    expect(await refused(file, `import '${specifier}';`)).toEqual([]);
  });
});

describe('core', () => {
  const core = sources.filter((file) => file.startsWith('core/'));
  /** Packages that compute and do nothing else. Of Node there is only the hash function. */
  const PURE =
    /^(\.{1,2}\/.*|node:crypto|@marcbachmann\/cel-js|ajv(-formats)?(\/.*)?|canonicalize|fastest-levenshtein|gpt-tokenizer\/encoding\/cl100k_base)$/;
  /** The world outside: its clock, its chance, its environment, its network. */
  const OUTSIDE = [
    /\bprocess\b/,
    /\bglobalThis\b/,
    /\bDate\.now\b/,
    /\bDate\(\)/,
    /\bperformance\b/,
    /\bMath\.random\b/,
    /\brandom(Bytes|UUID|Int|FillSync)\b/,
    /\bgetRandomValues\b/,
    /\bset(Timeout|Interval|Immediate)\b/,
    /\bfetch\(/,
    /\brequire\(/,
    /\bconsole\./,
    /\b__dirname\b/,
  ];

  const impurities = (code: string): string[] => {
    const specifiers = [...code.matchAll(/\b(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)].map((match) => match[1]!);
    const bare = withoutText(code);
    return [
      ...specifiers.filter((specifier) => !PURE.test(specifier)).map((specifier) => `imports ${specifier}`),
      ...OUTSIDE.filter((pattern) => pattern.test(bare)).map((pattern) => `uses ${pattern.source}`),
    ];
  };

  test('imports nothing that does more than compute, and knows no clock and no environment', () => {
    expect(core.length).toBeGreaterThan(20);
    expect(core.flatMap((file) => impurities(read(file)).map((what) => `${file} ${what}`))).toEqual([]);
  });

  test.each([
    "import { readFileSync } from 'node:fs';",
    "import { readFileSync } from 'fs';",
    "import { tmpdir } from 'node:os';",
    "export { env } from 'node:process';",
    "const os = await import('node:os');",
    "import { DynamoDBClient } from '@aws-sdk/client-dynamodb';",
    "import { Stack } from 'aws-cdk-lib';",
    'const at = Date.now();',
    'const at = new Date().toISOString();',
    'const region = process.env.AWS_REGION;',
    'const id = randomBytes(10);',
    'const x = `${Math.random()}`;',
  ])('would not get away with %s', (code) => {
    expect(impurities(code)).toHaveLength(1);
  });

  test.each([
    "import { createHash } from 'node:crypto';",
    'const at = new Date(now).toISOString();',
    "// Date.now() is not for here\nconst text = 'process.env';",
  ])('may say %s', (code) => {
    expect(impurities(code)).toEqual([]);
  });
});

/** Code without its comments and plain strings; what templates compute stays. */
const withoutText = (code: string) =>
  code.replace(/'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|\/\*[\s\S]*?\*\/|\/\/.*/g, (text) =>
    /^['"]/.test(text) ? "''" : '',
  );

describe('sizes', () => {
  test('no file has more than 400 lines', () => {
    const code = files.filter((file) => /\.(ts|tsx|js|mjs|py)$/.test(file));
    expect(code.filter((file) => linesOf(file) > 400)).toEqual([]);
  });

  test('half of the files have at most 100', () => {
    const sizes = sources.map(linesOf).sort((a, b) => a - b);
    expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThanOrEqual(100);
  });

  test('a handler has at most 80', () => {
    const handlers = sources.filter((file) => /^lambdas\/[^/]+\/handler\.ts$/.test(file));
    expect(handlers.length).toBeGreaterThan(10);
    expect(handlers.filter((file) => linesOf(file) > 80)).toEqual([]);
  });

  test('the app has at most 40', () => {
    expect(linesOf('bin/app.ts')).toBeLessThanOrEqual(40);
  });
});

test('every folder is named for what it is about', () => {
  const vague = /^(utils?|common|helpers?|misc)$/;
  expect(folders.filter((folder) => folder.split('/').some((part) => vague.test(part)))).toEqual([]);
});

test('files have kebab-case names', () => {
  const named = sources.map((file) => file.split('/').at(-1)!);
  expect(named.filter((name) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)+$/.test(name))).toEqual([]);
});

test('the lock file names no registry', () => {
  const lock = read('package-lock.json');
  expect(lock).toContain('"integrity"');
  expect(lock).not.toContain('"resolved"');
  expect(lock).not.toMatch(/https?:\/\/[^"]*\.tgz/);
});
