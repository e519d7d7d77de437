// Builds dist/bundles/<name>/: one ES module a function, its shared and lazy parts in chunks beside it.
// Then puts the chart library into dist/bin/report/charts.js, with its licences beside it.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
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
    await build({
      ...shared,
      minify: false,
      keepNames: false,
      entryPoints: { 'validator-runtime': 'core/input/validator-runtime.ts' },
      outdir,
    });
    sizes[name] = measure(metafile.outputs);
  }),
);
writeFileSync(join(OUT, 'sizes.json'), JSON.stringify(Object.fromEntries(Object.entries(sizes).sort()), null, 2));

await build({
  entryPoints: ['bin/report/charts.ts'],
  outfile: 'dist/bin/report/charts.js',
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  mainFields: ['module', 'main'],
  legalComments: 'none',
  logLevel: 'warning',
});
const NOTICES = [
  'echarts/LICENSE',
  'echarts/NOTICE',
  'echarts/licenses/LICENSE-d3',
  'zrender/LICENSE',
  'echarts/node_modules/tslib/LICENSE.txt',
];
writeFileSync(
  'dist/bin/report/charts.LICENSE.txt',
  NOTICES.map((file) => `${file}\n\n${readFileSync(join('node_modules', file), 'utf8').trim()}\n`).join('\n\n'),
);

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
