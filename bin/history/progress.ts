const WIDTH = 30;
const EVERY_MS = 100;

/** A bar on standard error while a file is read; nothing where nobody looks. */
export function progressBar(
  label: string,
  stream: NodeJS.WriteStream = process.stderr,
): { at(done: number, rows: number): void; end(): void } {
  if (!stream.isTTY) return { at: () => {}, end: () => {} };
  let drawn = 0;
  return {
    at(done, rows) {
      const now = performance.now();
      if (now - drawn < EVERY_MS) return;
      drawn = now;
      const filled = Math.round(Math.min(1, done) * WIDTH);
      const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled);
      stream.write(`\r\u001b[K${label} ${bar} ${Math.floor(done * 100)} %  ${rows.toLocaleString('en')} rows`);
    },
    end: () => stream.write('\r\u001b[K'),
  };
}
