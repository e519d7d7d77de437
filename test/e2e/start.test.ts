import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deploy } from '../../local/deploy';
import type { LocalInfo } from '../../local/local-info';
import { inRoot } from '../../local/paths';
import { answers } from '../../local/service';
import { eventually, info } from './stack';

interface Run {
  readonly child: ChildProcess;
  output(): string;
  readonly exited: Promise<number | null>;
}

/** What `npm start` runs, in a home of its own. */
function start(home: string, ...args: string[]): Run {
  const child = spawn(process.execPath, [inRoot('scripts/start.mjs'), ...args], {
    env: { ...process.env, PLUMBLINE_HOME: home },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return { child, output: () => text, exited: new Promise((resolve) => child.once('close', resolve)) };
}

const isUp = (run: Run) => eventually('the addresses', async () => run.output().includes('It stays up'), 90_000);

describe('npm start', () => {
  let home: string;
  beforeAll(() => (home = mkdtempSync(join(tmpdir(), 'plumbline-home-'))));
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  test('stays up; a second one uses what is there; a signal ends the first and all it started', async () => {
    const first = start(home, '--no-send');
    await isUp(first);
    const file = join(home, 'local.json');
    const { endpointUrl, modelServer } = JSON.parse(readFileSync(file, 'utf8')) as LocalInfo;
    expect(statSync(file).mode & 0o777).toBe(0o600);

    const second = start(home, '--no-send', '--once');
    expect(await second.exited).toBe(0);
    expect(second.output()).not.toContain('Start emulator');
    expect((JSON.parse(readFileSync(file, 'utf8')) as LocalInfo).endpointUrl).toBe(endpointUrl);
    expect(await answers(`${modelServer.url}/ping`)).toBe(true);

    first.child.kill('SIGTERM');
    expect(await first.exited).toBe(0);
    expect(await answers(`${modelServer.url}/ping`)).toBe(false);
    expect(await answers(`${endpointUrl}/_ministack/health`)).toBe(false);
    expect(existsSync(join(home, 'services.json'))).toBe(false);
  });

  test('interrupted while it deploys, it leaves nothing running', async () => {
    const run = start(home, '--no-send');
    await eventually('the deployment', async () => run.output().includes('✓ Start emulator'), 60_000);
    const services = JSON.parse(readFileSync(join(home, 'services.json'), 'utf8')) as { emulator: { url: string } };
    run.child.kill('SIGTERM');
    expect(await run.exited).toBe(130);
    expect(await answers(`${services.emulator.url}/_ministack/health`)).toBe(false);
  });
});

describe('what fails says what and what to do', () => {
  test('a Python that is too old', () => {
    const folder = mkdtempSync(join(tmpdir(), 'plumbline-python-'));
    const old = join(folder, 'python3');
    writeFileSync(old, '#!/bin/sh\necho 3.8\n', { mode: 0o755 });
    const code = `import(${JSON.stringify(inRoot('scripts/prepare.mjs'))}).then((m) => m.findPython())`;
    const { status, stderr } = spawnSync(process.execPath, ['-e', code], {
      encoding: 'utf8',
      env: { ...process.env, PYTHON: old },
    });
    rmSync(folder, { recursive: true });
    expect(status).toBe(1);
    expect(stderr).toMatch(/needs Python 3\.10 or newer: .*python3 is 3\.8\. .*PYTHON=/);
  });

  test("a deployment that the emulator refuses, with the emulator's reason", async () => {
    await expect(deploy(info.endpointUrl, 'test/e2e/refused-app.ts')).rejects.toThrow(
      /cdk deploy failed[\s\S]*The emulator's reasons:[\s\S]*Refused Address: .*nobody/,
    );
  });
});
