import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

/** What a process prints that has nothing else to do: no socket, no pipe to read, no timer of Jest's. */
function alone(contents: string): string {
  const { outputFiles } = buildSync({
    stdin: { contents, resolveDir: join(__dirname, '../..'), loader: 'ts' },
    bundle: true,
    platform: 'node',
    write: false,
  });
  return spawnSync(process.execPath, ['-e', outputFiles[0]!.text], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  }).stdout;
}

// Lambda fails an invocation whose event loop is empty: `Runtime.NodeJsExit`.
test('one row that waits for others in vain is sent by itself', () => {
  const printed = alone(`
    import { coalesce } from './core/model/coalesce';
    import { systemClock } from './lambdas/_runtime/system-clock';
    const model = { predict: async (rows: readonly string[]) => rows.map(() => ({ score: 0.5 })) };
    coalesce(model, systemClock, { waitMs: 20, most: 10 })
      .predict('1,2', systemClock.timeout(1_000))
      .then((answer) => console.log(JSON.stringify(answer)));
  `);
  expect(printed).toBe('{"score":0.5}\n');
});
