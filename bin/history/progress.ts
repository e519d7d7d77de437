const WIDTH = 30;
const EVERY_MS = 100;

interface Read {
  /** Share of the file that has been read. */
  readonly done: number;
}

/** Passes rows on, and draws a bar on standard error meanwhile; nothing where nobody looks. */
export async function* withProgress<T extends Read>(
  label: string,
  rows: AsyncIterable<T>,
  stream: NodeJS.WriteStream = process.stderr,
): AsyncGenerator<T> {
  if (!stream.isTTY) return yield* rows;
  let drawn = 0;
  let count = 0;
  try {
    for await (const row of rows) {
      count++;
      const now = performance.now();
      if (now - drawn >= EVERY_MS) {
        drawn = now;
        stream.write(
          `\r\u001b[K${label} ${bar(row.done)}  ${count.toLocaleString('en')} ${count === 1 ? 'row' : 'rows'}`,
        );
      }
      yield row;
    }
  } finally {
    stream.write('\r\u001b[K');
  }
}

function bar(done: number): string {
  const filled = Math.round(Math.min(1, done) * WIDTH);
  return `${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${Math.floor(done * 100)} %`;
}
