// npm test: installs what is missing, then checks everything: types, lint, format, units, constructs, end to end.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bundle, checkNode, installPackages, installPython, root } from './prepare.mjs';

checkNode();
installPackages();
installPython('requirements.txt', 'Installing the AWS emulator');
installPython('requirements-test.txt', 'Installing cfn-lint');
bundle();

const bin = (name, file) => join(root, 'node_modules', name, ...file.split('/'));
const counts = { passed: 0, failed: 0 };
const reports = join(root, '.plumbline', 'test');
mkdirSync(reports, { recursive: true });

/** Runs a check to its end; its output is shown when it fails, or as it comes. */
function run(args, { live = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: live ? 'inherit' : ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    });
    const chunks = [];
    child.stdout?.on('data', (chunk) => chunks.push(chunk));
    child.stderr?.on('data', (chunk) => chunks.push(chunk));
    child.on('close', (code) => resolve({ ok: code === 0, output: Buffer.concat(chunks).toString() }));
  });
}

async function check(title, args) {
  const began = Date.now();
  const { ok, output } = await run(args);
  counts[ok ? 'passed' : 'failed']++;
  process.stdout.write(`${ok ? '✓' : '✗'} ${title} ${((Date.now() - began) / 1000).toFixed(1)} s\n`);
  if (!ok) process.stdout.write(output);
}

/** Runs a suite of tests, and adds what it counted. */
async function suite(title, config) {
  process.stdout.write(`\n${title}\n`);
  const report = join(reports, `${config}.json`);
  rmSync(report, { force: true });
  const { ok } = await run([bin('jest', 'bin/jest.js'), '-c', config, '--json', '--outputFile', report], {
    live: true,
  });
  try {
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(report, 'utf8'));
    counts.passed += numPassedTests;
    counts.failed += numFailedTests + numRuntimeErrorTestSuites;
    if (!ok && numFailedTests + numRuntimeErrorTestSuites === 0) counts.failed++;
  } catch {
    counts.failed++;
  }
}

await Promise.all([
  check('types', [bin('typescript', 'bin/tsc'), '--noEmit', '-p', '.']),
  check('lint', [bin('eslint', 'bin/eslint.js'), '.']),
]);
await Promise.all([
  check('build', [bin('typescript', 'bin/tsc'), '-p', 'tsconfig.build.json']),
  check('format', [bin('prettier', 'bin/prettier.cjs'), '--check', '.']),
]);
await suite('Units, properties, constructs and docs', 'jest.config.js');
await suite('End to end, on the emulator', 'jest.e2e.config.js');

process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed\n`);
process.exit(counts.failed === 0 ? 0 : 1);
