import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs, styleText } from 'node:util';
import { type Application, readCreditCsv } from '../examples/credit-risk/applications';
import creditRiskPipeline from '../examples/credit-risk/pipeline';
import { readMails } from '../examples/mail-triage/data/mails';
import mailTriagePipeline from '../examples/mail-triage/pipeline';
import { machineClient } from './client';
import { deploy } from './deploy';
import { Failure } from './failure';
import { type LocalInfo, writeLocalInfo } from './local-info';
import { formatMails, summarizeMails } from './mail-summary';
import { HOME, inHome, inRoot } from './paths';
import { formatAddresses, formatSummary } from './print-summary';
import { timed } from './progress';
import { seed } from './seed';
import { sendAll } from './send';
import { type Services, runningServices, startServices, stopServices } from './services';
import { type Summary, summarize } from './summary';

const HELP = `Usage: npm start [-- --once] [-- --no-send]

Runs the pipelines on a local AWS emulator: deploys them, seeds the feature store, sends 700 real credit applications
and 200 real mails, and shows what became of them. Stays up until Ctrl-C.

  --once      ends after the summary
  --no-send   deploys and stays up, without sending anything
`;

function readOptions() {
  const options = {
    once: { type: 'boolean' },
    'no-send': { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  } as const;
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${HELP}`);
    process.exit(2);
  }
}

const options = readOptions();

/** Services that this run started, and so will stop. */
let own: Services | undefined;
/** Whether all is done but waiting: a signal is then how a run ends well. */
let up = false;

async function main(): Promise<number> {
  mkdirSync(inHome('logs'), { recursive: true });
  process.stdout.write(`\n${styleText('bold', 'Plumbline')}: decision pipelines on a local AWS emulator\n\n`);
  const running = await runningServices();
  if (running) process.stdout.write(`  ${styleText('dim', '·')} Using the emulator and model server that are up\n`);
  const services =
    running ?? (await timed('Start emulator and model server', async () => (own = await startServices())));
  const outputs = await timed('Deploy with cdk', () => deploy(services.emulator.url, 'local/app.ts'));
  const info = await timed('Make callers and people', () => writeLocalInfo(services, outputs));
  const applications = readCreditCsv(readFileSync(inRoot('examples/credit-risk/data/german-credit.csv'), 'utf8'));
  await timed('Seed the feature store', () => seed(info, applications));
  if (!options['no-send'] && !((await sendAndShow(info, applications)) && (await sendMails(info)))) return 1;
  if (options.once) return 0;
  process.stdout.write(`${formatAddresses(info, HOME)}\n`);
  up = true;
  // Waiting for a signal alone does not keep a process up.
  const hour = setInterval(() => {}, 3_600_000);
  await signalled;
  clearInterval(hour);
  return 0;
}

async function sendAndShow(info: LocalInfo, applications: readonly Application[]): Promise<boolean> {
  const inputs = applications.map(({ input }) => input);
  const sent = await sendAll(callOf(info, 'credit-risk'), 'applications', inputs, RUN);
  const { unseen } = JSON.parse(readFileSync(inRoot('examples/credit-risk/model/split.json'), 'utf8')) as {
    unseen: number[];
  };
  const summary: Summary = summarize(creditRiskPipeline, applications, sent, unseen);
  writeFileSync(inHome('summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
  process.stdout.write(`${formatSummary(summary, creditRiskPipeline.decide)}\n`);
  return summary.decisions === summary.applications;
}

/** So many of the mails: enough to see what becomes of them. */
const MAILS = 200;

async function sendMails(info: LocalInfo): Promise<boolean> {
  const mails = readMails(inRoot('examples/mail-triage/data/mails.jsonl')).slice(0, MAILS);
  const inputs = mails.map(({ from, subject, body, links }) => ({ from, subject, body, links }));
  const sent = await sendAll(callOf(info, 'mail-triage'), 'mails', inputs, RUN);
  const summary = summarizeMails(mailTriagePipeline, mails, sent);
  writeFileSync(inHome('mail-summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
  process.stdout.write(`${formatMails(summary)}\n`);
  return summary.decisions === summary.mails;
}

const RUN = `run-${Date.now().toString(36)}`;
const callOf = ({ pipelines, credentials, region }: LocalInfo, name: string) =>
  machineClient(pipelines[name]!.apiUrl, credentials, region);

// A terminal that was closed takes no more text; what runs must be stopped all the same.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

const signalled = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      process.stdout.write('\n');
      resolve();
    });
});

/** Stops what this run started; a signal in the middle of it ends here too. */
async function finish(code: number): Promise<never> {
  if (own) {
    await stopServices(own);
    if (up) process.stdout.write('Stopped: nothing is left running.\n');
  }
  process.exit(code);
}

if (options.help) {
  process.stdout.write(HELP);
} else {
  void Promise.race([main(), signalled.then(() => (up ? 0 : 130))]).then(finish, (error: unknown) => {
    process.stderr.write(`\n${error instanceof Failure ? error.message : ((error as Error).stack ?? String(error))}\n`);
    return finish(1);
  });
}
