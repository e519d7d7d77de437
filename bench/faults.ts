/**
 * What faults do to a deployed pipeline: npm run faults [-- --help]
 * Starts the emulator, the model server and a proxy between the functions and the services, deploys the example, and
 * breaks one part after the other under concurrent requests of real applications. Then it waits until every decision
 * has come to its end, and judges what is there: see faults/ledger.ts.
 */
import { type Broken, HEADER, type Line, kept, row } from './faults/line';
import { FAULTS } from './faults/matrix';
import { HELP, type Options, readOptions } from './faults/options';
import { readRemains } from './faults/remains';
import { run } from './faults/run';
import { FaultStack } from './faults/stack';

const MOST_FINDINGS = 20;

async function runAll({ json, findings, requests, faults }: Options): Promise<boolean> {
  const stack = await FaultStack.start();
  let held = true;
  try {
    // Functions that have never run take long to answer for the first time; that is not what is measured.
    await stack.send(stack.applications.slice(-60), `warm-${Date.now()}`, 8);
    await readRemains(stack, [], 0, []);
    if (!json) process.stdout.write(HEADER);
    for (const [n, fault] of FAULTS.filter(({ name }) => faults.includes(name)).entries()) {
      // One that cannot be run must not hide what the others did.
      const line: Line | Broken = await run(stack, fault, fault.requests ?? requests, n).catch((error: Error) => ({
        fault: fault.name,
        error: error.message,
      }));
      held &&= kept(line);
      const found = 'error' in line ? [] : line.findings.slice(0, MOST_FINDINGS);
      process.stdout.write(json ? `${JSON.stringify({ ...line, findings: found })}\n` : row(line));
      if (findings && !json) for (const finding of found) process.stdout.write(`    ${finding}\n`);
    }
  } finally {
    await stack.stop();
  }
  return held;
}

async function main(): Promise<number> {
  const options = readOptions(
    process.argv.slice(2),
    FAULTS.map(({ name }) => name),
  );
  if (options === 'help') {
    process.stdout.write(HELP);
    return 0;
  }
  if ('problem' in options) {
    process.stderr.write(options.problem);
    return 2;
  }
  return (await runAll(options)) ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${(error as Error).stack ?? String(error)}\n`);
    process.exit(1);
  },
);
