// What a fresh clone lacks, installed on a machine that has only Node and Python. Plain Node: nothing is installed yet.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const home = join(root, '.plumbline');
const windows = process.platform === 'win32';
export const venvBin = (name) => join(home, 'venv', windows ? 'Scripts' : 'bin', windows ? `${name}.exe` : name);

/** Ends with a message that says what failed and what to do. */
export function fail(message) {
  process.stderr.write(`\n${message}\n`);
  process.exit(1);
}

export function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    fail(`Plumbline needs Node 20.19 or newer; this is ${process.version}. Install a newer one: https://nodejs.org`);
}

/** Runs a step once for one state of its inputs; what it prints is shown only if it fails. */
function step(title, stamp, inputs, run) {
  mkdirSync(join(home, 'stamps'), { recursive: true });
  const file = join(home, 'stamps', stamp);
  const state = createHash('sha256')
    .update(inputs.map((path) => readFileSync(path)).join('\0'))
    .digest('hex');
  if (existsSync(file) && readFileSync(file, 'utf8') === state) return;
  process.stdout.write(`${title} … `);
  const began = Date.now();
  run();
  writeFileSync(file, state);
  process.stdout.write(`${((Date.now() - began) / 1000).toFixed(1)} s\n`);
}

function command(program, args, advice) {
  const { status, error, stdout, stderr } = spawnSync(program, args, { cwd: root, encoding: 'utf8', shell: windows });
  if (status !== 0)
    fail(`failed\n\n${program} ${args.join(' ')}\n${error?.message ?? ''}${stdout ?? ''}${stderr ?? ''}\n${advice}`);
}

export function installPackages() {
  const lock = join(root, 'package-lock.json');
  if (!existsSync(join(root, 'node_modules', '.bin'))) writeStale('packages');
  step('Installing npm packages', 'packages', [lock], () =>
    command('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], 'Is the npm registry reachable from here?'),
  );
}

function writeStale(stamp) {
  mkdirSync(join(home, 'stamps'), { recursive: true });
  writeFileSync(join(home, 'stamps', stamp), '');
}

/** Python packages of a requirements file, each held to its hash, in an environment of the project's own. */
export function installPython(file, title) {
  const requirements = join(root, 'local', file);
  if (!existsSync(venvBin('python'))) writeStale(file);
  step(title, file, [requirements], () => {
    if (!existsSync(venvBin('python')))
      command(
        findPython(),
        ['-m', 'venv', join(home, 'venv')],
        'Python lacks its venv module. On Debian and Ubuntu: apt-get install python3-venv',
      );
    command(
      venvBin('python'),
      ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--require-hashes', '-r', requirements],
      'Is the Python package index reachable from here?',
    );
  });
}

/** A Python that is new enough, by name. */
export function findPython() {
  const tried = [];
  for (const name of process.env.PYTHON ? [process.env.PYTHON] : ['python3', 'python', 'py']) {
    const { stdout, status } = spawnSync(name, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'], {
      encoding: 'utf8',
    });
    if (status !== 0) continue;
    const [major, minor] = stdout.trim().split('.').map(Number);
    if (major === 3 && minor >= 10) return name;
    tried.push(`${name} is ${stdout.trim()}`);
  }
  const found = tried.length > 0 ? `${tried.join(', ')}.` : 'none was found on the path.';
  return fail(
    `Plumbline's local AWS emulator needs Python 3.10 or newer: ${found} Install one, or name it: PYTHON=/path/to/python3 npm start`,
  );
}

/** The functions' bundles, built anew when any source changed. */
export function bundle() {
  const sources = ['core', 'adapters', 'lambdas'].flatMap((folder) => files(join(root, folder)));
  if (!existsSync(join(root, 'dist', 'bundles', 'sizes.json'))) writeStale('bundles');
  step(
    'Bundling functions',
    'bundles',
    [...sources, join(root, 'scripts', 'bundle.mjs'), join(root, 'package-lock.json')],
    () => command(process.execPath, ['scripts/bundle.mjs'], 'Does npx tsc say more?'),
  );
}

const files = (folder) =>
  readdirSync(folder).flatMap((name) =>
    statSync(join(folder, name)).isDirectory() ? files(join(folder, name)) : [join(folder, name)],
  );
