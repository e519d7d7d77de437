import { spawn } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
export const CREDIT = join(ROOT, 'examples/credit-risk');
export const GERMAN_CREDIT = join(CREDIT, 'data/german-credit.csv');
export const OUT_OF_FOLD = join(CREDIT, 'model/out-of-fold.json');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command as a user does, in a process of its own; `node` are options of Node itself. */
export function plumbline(
  args: readonly string[],
  node: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...node, join(ROOT, 'bin/plumbline.js'), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1', ...environment },
    });
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', (text: string) => (output[name] += text));
    child.on('close', (code) => resolve({ code, ...output }));
  });
}
