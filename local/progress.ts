import { styleText } from 'node:util';

const WIDTH = 30;

/** Progress on a terminal as a bar, elsewhere as a line when done. */
export function progress(title: string, total: number): { step(): void; end(): void } {
  const began = Date.now();
  let done = 0;
  const draw = () => {
    const filled = Math.round((WIDTH * done) / total);
    const bar = styleText('cyan', '━'.repeat(filled)) + styleText('dim', '─'.repeat(WIDTH - filled));
    process.stdout.write(`\r  ${title.padEnd(24)} ${bar} ${String(done).padStart(4)}/${total}`);
  };
  return {
    step() {
      done++;
      if (process.stdout.isTTY && (done % 5 === 0 || done === total)) draw();
    },
    end() {
      if (process.stdout.isTTY) process.stdout.write('\r\x1b[K');
      task(title, began);
    },
  };
}

/** Reports a finished task and how long it took. */
export const task = (title: string, began: number): void =>
  void process.stdout.write(
    `  ${styleText('green', '✓')} ${title.padEnd(40)} ${styleText('dim', `${((Date.now() - began) / 1000).toFixed(1)} s`)}\n`,
  );

export async function timed<T>(title: string, work: () => Promise<T>): Promise<T> {
  const began = Date.now();
  if (process.stdout.isTTY) process.stdout.write(`  ${styleText('dim', '…')} ${title}`);
  try {
    const result = await work();
    if (process.stdout.isTTY) process.stdout.write('\r\x1b[K');
    task(title, began);
    return result;
  } catch (error) {
    if (process.stdout.isTTY) process.stdout.write('\r\x1b[K');
    process.stdout.write(`  ${styleText('red', '✗')} ${title}\n`);
    throw error;
  }
}
