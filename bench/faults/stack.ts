import { mkdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient, GetItemCommand, paginateScan } from '@aws-sdk/client-dynamodb';
import { fromItem } from '../../adapters/dynamo-decision-store';
import type { Decision, DecisionRecord } from '../../core/decision/decision';
import { decide } from '../../core/decision/decide';
import { drawOf } from '../../core/decision/id';
import { evidenceOf } from '../../core/decision/replay';
import { isReproduced } from '../../core/explanation/reproduced';
import { encodeRow } from '../../core/model/encoding';
import { loadXgboost } from '../../core/model/xgboost';
import { compilePipeline } from '../../core/pipeline/compile';
import { makeArtifact } from '../../core/pipeline/make-artifact';
import { type Application, readCreditCsv } from '../../examples/credit-risk/applications';
import { type Answer, type MachineClient, inParallel, machineClient } from '../../local/client';
import { deploy } from '../../local/deploy';
import { type LocalInfo, type PipelineInfo, writeLocalInfo } from '../../local/local-info';
import type { Fault as ModelFault } from '../../local/model-server';
import { inHome, inRoot } from '../../local/paths';
import { seed } from '../../local/seed';
import { type Services, killServices, startServices, stopServices } from '../../local/services';
import { definition } from './definition';
import type { ClientAnswer, Remains, Sent } from './ledger';
import { FaultyProxy } from './proxy';

const APP = 'bench/faults/app.ts';
/** A client gives up on a request that is refused for so long. */
const PATIENCE_MS = 30_000;

/** A deployed stack whose functions reach the services through a proxy, and what it takes to work with it. */
export class FaultStack {
  /** What a fault has to tell beside the figures. */
  notes: string[] = [];

  private constructor(
    readonly services: Services,
    readonly info: LocalInfo,
    readonly pipeline: PipelineInfo,
    readonly proxy: FaultyProxy,
    readonly applications: readonly Application[],
    readonly call: MachineClient,
    private readonly loans: { readonly accounts: string },
  ) {}

  static async start(): Promise<FaultStack> {
    mkdirSync(inHome('logs'), { recursive: true });
    const proxy = await new FaultyProxy().listen();
    const through = {
      AWS_ENDPOINT_URL_DYNAMODB: proxy.url,
      AWS_ENDPOINT_URL_SFN: proxy.url,
      AWS_ENDPOINT_URL_EVENTBRIDGE: proxy.url,
    };
    const services = await startServices(through);
    process.once('exit', () => killServices(services));
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
    await this.call('PUT', '/mode', { mode, reason: 'faults', pinned: true });
  }

  /** Deploys what the environment asks for in the place of what is there. */
  async redeploy(bad: boolean): Promise<void> {
    if (bad) process.env.BAD_DEPLOY = '1';
    else delete process.env.BAD_DEPLOY;
    await deploy(this.services.emulator.url, APP);
  }

  async model(fault: ModelFault): Promise<void> {
    await fetch(`${this.info.modelServer.url}/fault`, { method: 'PUT', body: JSON.stringify(fault) });
  }

  /** Sends requests as a client does that tries again, under the same key, for a while. */
  send(applications: readonly Application[], run: string, width: number): Promise<Sent[]> {
    return inParallel(applications, width, async ({ input, account }) => {
      const key = `${run}-${String(account.id)}`;
      const answers: ClientAnswer[] = [];
      for (const end = Date.now() + PATIENCE_MS; ;) {
        const answer = await this.ask({ key, input });
        answers.push(answer);
        const { status } = answer;
        if ((status !== undefined && status < 500) || Date.now() > end) break;
        await sleep(500);
      }
      return { key, applicant: String(account.id), answers };
    });
  }

  private async ask(body: object): Promise<ClientAnswer> {
    const began = performance.now();
    try {
      return readAnswer(await this.call('POST', '/decisions', body), performance.now() - began);
    } catch (error) {
      return { status: undefined, ms: performance.now() - began, emulators: String((error as Error).cause ?? error) };
    }
  }

  /** What there is of decisions that were made since then, when all have come to their end, or have had the time. */
  async remains(since: number, withinMs: number, eventIds: () => Promise<readonly string[]>): Promise<Remains> {
    const client = new DynamoDBClient(this.aws);
    const read = async () => {
      const found: DecisionRecord[] = [];
      for await (const { Items = [] } of paginateScan({ client }, { TableName: this.pipeline.decisionsTable }))
        found.push(...Items.map(fromItem).filter(({ at }) => Date.parse(at) >= since));
      return found;
    };
    const accountsOf = async (records: readonly DecisionRecord[]) => {
      const accounts = new Map<string, string>();
      await inParallel(records, 8, async ({ id }) => {
        const { Item } = await client.send(
          new GetItemCommand({ TableName: this.loans.accounts, Key: { id: { S: id } } }),
        );
        if (Item) accounts.set(id, Item.status!.S!);
      });
      return accounts;
    };
    for (const end = Date.now() + withinMs; ; await sleep(1_000)) {
      const [records, events] = [await read(), await eventIds()];
      const open = records.some(({ status, toSend }) => status === 'pending_review' || toSend.length > 0);
      const heard = new Set(events);
      const unheard = records.some(({ id }) => !heard.has(`${id}.DecisionMade`));
      if ((open || unheard) && Date.now() < end) continue;
      const accounts = await accountsOf(records);
      const missing = records.some(({ id, outcome }) => outcome === 'approve' && accounts.get(id) !== 'open');
      if (missing && Date.now() < end) continue;
      return { records, eventIds: events, accounts, ...judgedBy() };
    }
  }
}

function readAnswer({ status, body }: Answer, ms: number): ClientAnswer {
  if (status === 200 || status === 202) return { status, decision: body as Decision, ms };
  // What the pipeline refuses has its form; all else is API Gateway's or the emulator's own.
  const ours = typeof (body as { code?: unknown } | undefined)?.code === 'string';
  return { status, ms, ...(ours ? {} : { emulators: JSON.stringify(body).slice(0, 200) }) };
}

/** The same core and the same trees, here. */
function judgedBy(): Pick<Remains, 'reproduces' | 'scoreOf'> {
  const artifact = makeArtifact(definition);
  const pipeline = compilePipeline(artifact);
  const { predict } = loadXgboost(artifact.trees);
  return {
    // What another definition decided, it decided by its own.
    reproduces: (record) =>
      record.version !== pipeline.version ||
      isReproduced(record, decide(pipeline, { ...evidenceOf(pipeline, record), draw: drawOf(record.id, 'sample') })),
    scoreOf: ({ input, features }) => predict(encodeRow(pipeline.columns, { input, features })),
  };
}
