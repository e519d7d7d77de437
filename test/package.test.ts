import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, blockWith } from './readme';

const own = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<string, Record<string, string>>;
function run(cwd: string, command: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8', env: environment });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}`);
  return stdout;
}
const environment: NodeJS.ProcessEnv = {
  ...process.env,
  npm_config_ignore_scripts: 'true',
  npm_config_loglevel: 'error',
};

/** The package as npm would publish it, installed in an app of somebody else. */
describe('the npm package, outside the repository', () => {
  let scratch: string;

  beforeAll(() => {
    for (const built of ['dist/lib/index.js', 'dist/bundles/sizes.json'])
      if (!existsSync(join(ROOT, built))) throw new Error(`${built} is missing: npm run build`);
    scratch = realpathSync(mkdtempSync(join(tmpdir(), 'plumbline-app-')));
    const [{ filename }] = JSON.parse(run(ROOT, 'npm', 'pack', '--json', '--pack-destination', scratch)) as [
      { filename: string },
    ];
    writeFileSync(join(scratch, 'package.json'), JSON.stringify({ name: 'app', private: true }));
    const peers = ['aws-cdk-lib', 'constructs'].map((name) => `${name}@${own.devDependencies![name]}`);
    run(scratch, 'npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', `./${filename}`, ...peers);
    writeFileSync(join(scratch, 'app.ts'), blockWith('ts', "from 'plumbline-cdk'"));
  }, 240_000);
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  test('types the app of the README', () => {
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    // The app's own types are checked in full; those of aws-cdk-lib are not ours to check.
    const compilerOptions = { noEmit: true, strict: true, skipLibCheck: true, module: 'nodenext', types: [] };
    writeFileSync(join(scratch, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['app.ts'] }));
    run(scratch, process.execPath, tsc, '--project', scratch);
  }, 60_000);

  test('synthesizes it: a template, and each function with bundle, artifact and validator in one asset', () => {
    const out = join(scratch, 'cdk.out');
    environment.CDK_OUTDIR = out;
    run(scratch, process.execPath, join(scratch, 'node_modules/tsx/dist/cli.mjs'), 'app.ts');
    const template = JSON.parse(readFileSync(join(out, 'Refunds.template.json'), 'utf8')) as {
      Resources: Record<string, { Type: string }>;
    };
    const functions = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::Lambda::Function');
    expect(functions.length).toBeGreaterThan(5);
    const assets = readdirSync(out).filter((name) => name.startsWith('asset.'));
    expect(assets).toHaveLength(functions.length);
    for (const asset of assets)
      expect(readdirSync(join(out, asset))).toEqual(
        expect.arrayContaining(['index.mjs', 'artifact.json', 'validator.mjs']),
      );
  }, 60_000);

  test('brings the command', () => {
    const definition = join(scratch, 'pipeline.ts');
    const app = readFileSync(join(scratch, 'app.ts'), 'utf8');
    writeFileSync(
      definition,
      `${app.slice(0, app.indexOf('const app ='))}export default { ...refunds, history: { label: 'truth' } };\n`,
    );
    const command = join(scratch, 'node_modules/.bin/plumbline');
    expect(run(scratch, command, 'check', 'pipeline.ts')).toMatch(
      /^refunds can be deployed \(sha256:[0-9a-f]{64}\)\.$/m,
    );
    // Drawn without the chart library's own package, by the part of it that stands in ours.
    expect(existsSync(join(scratch, 'node_modules/echarts'))).toBe(false);
    writeFileSync(join(scratch, 'past.csv'), 'amount,account_days,truth\n40,3,abuse\n60,900,honest\n');
    writeFileSync(join(scratch, 'scores.json'), '[0.9, 0.1]');
    run(scratch, command, 'simulate', 'pipeline.ts', '--data', 'past.csv', '--scores', 'scores.json');
    expect(readFileSync(join(scratch, 'simulation.html'), 'utf8')).toMatch(/<svg\s+class="plot"/);
  }, 60_000);

  test('carries the licences of what is bundled', () => {
    const text = readFileSync(join(scratch, 'node_modules/plumbline-cdk/dist/THIRD-PARTY.txt'), 'utf8');
    for (const name of ['@aws-sdk/client-dynamodb', '@marcbachmann/cel-js', 'ajv', 'echarts', 'zrender'])
      expect(text).toMatch(new RegExp(`^(.*, )?${name}(,.*)?\n-{80}\n`, 'm'));
    expect(text).toMatch(/Apache License[\s\S]*Apache ECharts[\s\S]*BSD 3-Clause/);
    expect(text).toContain('MIT License');
  });

  test('carries neither sources nor tests', () => {
    const files = readdirSync(join(scratch, 'node_modules/plumbline-cdk'), { recursive: true }) as string[];
    expect(files.filter((file) => /\.ts$/.test(file) && !file.endsWith('.d.ts'))).toEqual([]);
    expect(files.filter((file) => /(^|\/)(test|local|examples)(\/|$)/.test(file))).toEqual([]);
  });
});
