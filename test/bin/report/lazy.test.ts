import { join } from 'node:path';
import { build } from 'esbuild';

/** The packages that a program loads as it starts, and those that it may load later, by require or import within a function. */
async function packagesOf(entry: string): Promise<{ readonly first: Set<string>; readonly later: Set<string> }> {
  const { metafile } = await build({
    absWorkingDir: join(__dirname, '../../..'),
    entryPoints: [entry],
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  const [first, later] = [new Set<string>(), new Set<string>()];
  const seen = new Set<string>();
  const visit = (file: string, into: Set<string>): void => {
    const place = `${file} ${into === first}`;
    if (seen.has(place)) return;
    seen.add(place);
    for (const { path, external, kind } of metafile.inputs[file]!.imports) {
      const then = kind === 'import-statement' ? into : later;
      if (external) then.add(path);
      else visit(path, then);
    }
  };
  visit(entry, first);
  return { first, later };
}

test('the command starts without the chart library, and loads it for a report', async () => {
  const { first, later } = await packagesOf('bin/plumbline.ts');
  expect(first).toContain('csv-parse');
  expect(first).not.toContain('echarts');
  expect(later).toContain('echarts');
});

test.each(['lib/index.ts', 'lambdas/decide/handler.ts', 'bin/app.ts'])('%s knows nothing of it', async (entry) => {
  const { first, later } = await packagesOf(entry);
  expect(first.size).toBeGreaterThan(1);
  expect([...first, ...later]).not.toContain('echarts');
});
