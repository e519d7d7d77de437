import { mkdirSync, readFileSync } from 'node:fs';
import { readCreditCsv } from '../../examples/credit-risk/applications';
import { machineClient } from '../../local/client';
import { deploy } from '../../local/deploy';
import { writeLocalInfo } from '../../local/local-info';
import { inHome, inRoot } from '../../local/paths';
import { seed } from '../../local/seed';
import { killServices, runningServices, startServices, stopServices } from '../../local/services';

/** One deployed stack for all end-to-end tests: what `npm start` makes, and a second pipeline of the tests' own. */
export default async function setup(): Promise<void> {
  mkdirSync(inHome('logs'), { recursive: true });
  // What a run that was killed has left may hold another version of everything.
  const stale = await runningServices();
  if (stale) await stopServices(stale);
  const services = await startServices();
  // An interrupted run never gets to its teardown.
  process.once('exit', () => killServices(services));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));
  const info = await writeLocalInfo(services, await deploy(services.emulator.url, 'test/e2e/app.ts'));
  // What tests break on purpose must not make the pipelines more careful for the tests that come after.
  for (const { apiUrl } of Object.values(info.pipelines)) {
    const put = machineClient(apiUrl, info.credentials, info.region);
    await put('PUT', '/mode', { mode: 'normal', reason: 'tests', pinned: true });
  }
  await seed(info, readCreditCsv(readFileSync(inRoot('examples/credit-risk/data/german-credit.csv'), 'utf8')));
}
