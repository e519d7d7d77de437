// Builds dist/bundles/<name>/: one ES module a function, its shared and lazy parts in chunks beside it.
// Then puts the chart library into dist/bin/report/charts.cjs, and the licences of all that was bundled into one file.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const OUT = 'dist/bundles';
const names = readdirSync('lambdas').filter((name) => existsSync(join('lambdas', name, 'handler.ts')));
rmSync(OUT, { recursive: true, force: true });

const shared = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  minify: true,
  keepNames: true,
  legalComments: 'none',
  // The SDK's ES modules load the credential providers that a function never uses only when asked.
  mainFields: ['module', 'main'],
  outExtension: { '.js': '.mjs' },
  banner: {
    js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url),__dirname=import.meta.dirname;",
  },
  logLevel: 'warning',
};

const sizes = {};
/** Folders of the packages that end up in a bundle. */
const packages = new Set();
await Promise.all(
  names.map(async (name) => {
    const outdir = join(OUT, name);
    mkdirSync(outdir, { recursive: true });
    const { metafile } = await build({
      ...shared,
      entryPoints: { index: join('lambdas', name, 'handler.ts') },
      outdir,
      splitting: true,
      metafile: true,
    });
    const validator = await build({
      ...shared,
      metafile: true,
      minify: false,
      keepNames: false,
      entryPoints: { 'validator-runtime': 'core/input/validator-runtime.ts' },
      outdir,
    });
    for (const folder of [metafile, validator.metafile].flatMap(packagesOf)) packages.add(folder);
    sizes[name] = measure(metafile.outputs);
  }),
);
writeFileSync(join(OUT, 'sizes.json'), JSON.stringify(Object.fromEntries(Object.entries(sizes).sort()), null, 2));

const charts = await build({
  metafile: true,
  // Its ES modules, each of which names the package that it is from.
  stdin: { contents: "export { init } from 'echarts';", resolveDir: '.' },
  outfile: 'dist/bin/report/charts.cjs',
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  mainFields: ['module', 'main'],
  legalComments: 'none',
  logLevel: 'warning',
});
for (const folder of packagesOf(charts.metafile)) packages.add(folder);
writeFileSync('dist/THIRD-PARTY.txt', notices([...packages].sort()));

/** The packages that a bundle holds parts of, by their folders. */
function packagesOf({ inputs }) {
  return Object.keys(inputs).flatMap((file) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []);
}

/** The licences and notices of packages, each text once. */
function notices(folders) {
  const texts = new Map();
  for (const folder of folders) {
    const files = [folder, join(folder, 'licenses')].flatMap((path) =>
      existsSync(path)
        ? readdirSync(path).flatMap((name) => (/^(licen[cs]e|notice)/i.test(name) ? join(path, name) : []))
        : [],
    );
    const { name, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const text = files
      .filter((file) => statSync(file).isFile())
      .map((file) => readFileSync(file, 'utf8').trim())
      .join('\n\n');
    const whole = text === '' ? `Licence: ${license}` : text;
    texts.set(whole, [...(texts.get(whole) ?? []), name]);
  }
  const line = '-'.repeat(80);
  return [...texts].map(([text, names]) => `${[...new Set(names)].join(', ')}\n${line}\n${text}\n`).join('\n\n');
}

/** Bytes read at init (the entry and what it imports at once) and in all. */
function measure(outputs) {
  const eager = new Set();
  const visit = (file) => {
    if (eager.has(file)) return;
    eager.add(file);
    for (const { path, kind } of outputs[file].imports) if (kind === 'import-statement' && outputs[path]) visit(path);
  };
  visit(Object.keys(outputs).find((file) => file.endsWith('/index.mjs')));
  const bytes = (files) => files.reduce((sum, file) => sum + outputs[file].bytes, 0);
  return {
    eagerKB: Math.round(bytes([...eager]) / 102.4) / 10,
    totalKB: Math.round(bytes(Object.keys(outputs)) / 102.4) / 10,
  };
}
