import { mkdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Decision } from '../../core/decision/decision';
import { type Application, readCreditCsv } from '../../examples/credit-risk/applications';
import { type Answer, type MachineClient, inParallel, machineClient } from '../../local/client';
import { deploy } from '../../local/deploy';
import { type LocalInfo, type PipelineInfo, writeLocalInfo } from '../../local/local-info';
import type { Fault as ModelFault } from '../../local/model-server';
import { inHome, inRoot } from '../../local/paths';
import { seed } from '../../local/seed';
import { type Services, killServices, runningServices, startServices, stopServices } from '../../local/services';
import type { ClientAnswer, Sent } from './ledger';
import { FaultyProxy } from './proxy';

const APP = 'bench/faults/app.ts';
/** A client gives up on a request that is refused for so long. */
const PATIENCE_MS = 30_000;

/** A deployed stack whose functions reach the services through a proxy, and what it takes to work with it. */
export class FaultStack {
  /** What a fault has to tell beside the figures. */
  notes: string[] = [];
  /** Decisions that have been seen, whosever they are. */
  readonly known = new Set<string>();

  private constructor(
    readonly services: Services,
    readonly info: LocalInfo,
    readonly pipeline: PipelineInfo,
    readonly proxy: FaultyProxy,
    readonly applications: readonly Application[],
    readonly call: MachineClient,
    readonly loans: { readonly accounts: string },
  ) {}

  static async start(): Promise<FaultStack> {
    mkdirSync(inHome('logs'), { recursive: true });
    // What runs here already would lose its files to what is started now.
    const stale = await runningServices();
    if (stale) await stopServices(stale);
    const proxy = await new FaultyProxy().listen();
    const through = {
      AWS_ENDPOINT_URL_DYNAMODB: proxy.url,
      AWS_ENDPOINT_URL_SFN: proxy.url,
      AWS_ENDPOINT_URL_EVENTBRIDGE: proxy.url,
      AWS_ENDPOINT_URL_SQS: proxy.url,
    };
    const services = await startServices(through);
    process.once('exit', () => killServices(services));
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));
    proxy.upstream = services.emulator.url;
    const outputs = await deploy(services.emulator.url, APP);
    const info = await writeLocalInfo(services, outputs);
    const applications = readCreditCsv(readFileSync(inRoot('examples/credit-risk/data/german-credit.csv'), 'utf8'));
    await seed(info, applications);
    const pipeline = info.pipelines['credit-risk']!;
    const call = machineClient(pipeline.apiUrl, info.credentials, info.region);
    const loans = outputs.PlumblineLoanAccounts as unknown as { accounts: string };
    const stack = new FaultStack(services, info, pipeline, proxy, applications, call, loans);
    await stack.pin('normal');
    return stack;
  }

  async stop(): Promise<void> {
    this.proxy.close();
    await stopServices(this.services);
  }

  get aws() {
    return { endpoint: this.info.endpointUrl, region: this.info.region, credentials: this.info.credentials };
  }

  async pin(mode: string): Promise<void> {
    await this.setMode({ mode, reason: 'faults', pinned: true });
  }

  async setMode(wanted: object): Promise<void> {
    const { status, body } = await this.call('PUT', '/mode', wanted);
    if (status !== 200) throw new Error(`The mode could not be set: ${status} ${JSON.stringify(body)}`);
  }

  /** Deploys what the environment asks for in the place of what is there. */
  async redeploy(bad: boolean): Promise<void> {
    if (bad) process.env.BAD_DEPLOY = '1';
    else delete process.env.BAD_DEPLOY;
    await deploy(this.services.emulator.url, APP);
  }

  async model(fault: ModelFault): Promise<void> {
    const { ok } = await fetch(`${this.info.modelServer.url}/fault`, { method: 'PUT', body: JSON.stringify(fault) });
    if (!ok) throw new Error('The model server took no fault.');
  }

  /** Ends the model's fault; how many requests it has struck. */
  async healModel(): Promise<number> {
    const { struck } = (await (await fetch(`${this.info.modelServer.url}/fault`)).json()) as { struck: number };
    await this.model({ kind: 'none' });
    return struck;
  }

  /** Sends requests as a client does that tries again, under the same key, for a while. */
  send(applications: readonly Application[], run: string, width: number): Promise<Sent[]> {
    return inParallel(applications, width, async ({ input, account }) => {
      const key = `${run}-${String(account.id)}`;
      const answers: ClientAnswer[] = [];
      const began = performance.now();
      for (const end = Date.now() + PATIENCE_MS; ;) {
        const answer = await this.ask({ key, input });
        answers.push(answer);
        const { status } = answer;
        if ((status !== undefined && status < 500) || Date.now() > end) break;
        await sleep(500);
      }
      return { key, applicant: String(account.id), answers, wallMs: performance.now() - began };
    });
  }

  private async ask(body: object): Promise<ClientAnswer> {
    try {
      return readAnswer(await this.call('POST', '/decisions', body));
    } catch (error) {
      return { status: undefined, emulators: String((error as Error).cause ?? error) };
    }
  }
}

function readAnswer({ status, body }: Answer): ClientAnswer {
  if (status === 200 || status === 202) return { status, decision: body as Decision };
  // What the pipeline refuses has its form; all else is API Gateway's or the emulator's own.
  const code = (body as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? { status, code } : { status, emulators: JSON.stringify(body ?? '').slice(0, 200) };
}
