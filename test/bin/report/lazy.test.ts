import { join } from 'node:path';
import { build } from 'esbuild';

const ROOT = join(__dirname, '../../..');

/** The packages that a program loads as it starts, and those that it may load later. */
async function packagesOf(entry: string): Promise<{ readonly first: Set<string>; readonly later: Set<string> }> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    outdir: 'unwritten',
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  const first = new Set<string>();
  const later = new Set<string>();
  const visit = (file: string, into: Set<string>, seen: Set<string>): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const { path, external, kind } of metafile.outputs[file]!.imports) {
      const then = kind === 'dynamic-import' ? later : into;
      if (external) then.add(path);
      else visit(path, then, seen);
    }
  };
  visit(
    Object.keys(metafile.outputs).find((file) => metafile.outputs[file]!.entryPoint === entry)!,
    first,
    new Set(),
  );
  return { first, later };
}

test('the command starts without the chart library, and loads it for a report', async () => {
  const { first, later } = await packagesOf('bin/plumbline.ts');
  expect(first).not.toContain('echarts');
  expect(later).toContain('echarts');
});

test('neither constructs nor functions know of it', async () => {
  for (const entry of ['lib/index.ts', 'lambdas/decide/handler.ts', 'bin/app.ts']) {
    const { first, later } = await packagesOf(entry);
    expect([...first, ...later]).not.toContain('echarts');
  }
});
