import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from './failure';
import { ROOT, inHome } from './paths';

export interface Service {
  readonly url: string;
  readonly pid: number;
}

/** A port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts a server in a process group of its own, and waits until it answers. */
export async function startService(
  name: string,
  command: readonly string[],
  { url, health, env }: { readonly url: string; readonly health: string; readonly env?: NodeJS.ProcessEnv },
): Promise<Service> {
  mkdirSync(inHome('logs'), { recursive: true });
  const log = inHome('logs', `${name}.log`);
  const out = openSync(log, 'w');
  const child = spawn(command[0]!, command.slice(1), {
    cwd: ROOT,
    detached: true,
    stdio: ['ignore', out, out],
    env: { ...process.env, ...env },
  });
  const pid = await started(child, name);
  child.unref();
  for (let tries = 0; tries < 300; tries++) {
    if (child.exitCode !== null) throw new Failure(`${name} ended at once. Its log, ${log}:\n\n${tail(log)}`);
    if (await answers(`${url}${health}`)) return { url, pid };
    await sleep(100);
  }
  await stopService({ url, pid });
  throw new Failure(`${name} did not answer within 30 s. Its log, ${log}:\n\n${tail(log)}`);
}

const started = (child: ChildProcess, name: string): Promise<number> =>
  new Promise((resolve, reject) => {
    child.once('spawn', () => resolve(child.pid!));
    child.once('error', (error) => reject(new Failure(`${name} could not be started: ${error.message}`)));
  });

export async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}

/** Ends a service and everything it started: asked first, then forced. */
export async function stopService({ pid }: Service): Promise<void> {
  signalGroup(pid, 'SIGTERM');
  for (let tries = 0; tries < 50 && signalGroup(pid, 0); tries++) await sleep(100);
  signalGroup(pid, 'SIGKILL');
}

/** Signals a service and everything it started; false if it is gone. */
export function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}

export const tail = (file: string, lines = 20): string =>
  readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
