import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { VENV_BIN, inHome, inRoot } from './paths';
import { type Service, answers, freePort, signalGroup, startService, stopService } from './service';

export interface Services {
  /** Stands for SageMaker's runtime: it answers for its own endpoint, and lets the server of the language model answer for its. */
  readonly modelServer: Service;
  readonly llmServer: Service;
  /** Its pid is 0 when it was started by somebody else and only named to us. */
  readonly emulator: Service;
}

export const ENDPOINT_NAME = 'credit-risk';
export const LLM_ENDPOINT_NAME = 'mail-triage';
const HEALTH = '/_ministack/health';
const record = () => inHome('services.json');

/** Services of an earlier run that still answer. */
export async function runningServices(): Promise<Services | undefined> {
  if (!existsSync(record())) return undefined;
  const services = JSON.parse(readFileSync(record(), 'utf8')) as Services;
  const alive = await Promise.all([
    answers(`${services.modelServer.url}/ping`),
    answers(`${services.llmServer.url}/ping`),
    answers(services.emulator.url + HEALTH),
  ]);
  if (alive.every(Boolean)) return services;
  await stopServices(services);
  return undefined;
}

/** `environment` is added to the emulator's, which hands it on to the functions. */
export async function startServices(environment: NodeJS.ProcessEnv = {}): Promise<Services> {
  const started: Service[] = [];
  const own = async (service: Promise<Service>) => {
    started.push(await service);
    return started.at(-1)!;
  };
  try {
    const llmServer = await own(startLlm(await freePort()));
    const modelPort = Number(process.env.PLUMBLINE_MODEL_PORT) || (await freePort());
    const modelServer = await own(startModel(modelPort, llmServer));
    return remember({ llmServer, modelServer, emulator: await startEmulator(modelServer.url, environment) });
  } catch (error) {
    await Promise.all(started.map(stopService));
    throw error;
  }
}

/** Writes down what runs, for the next run and for whoever stops it. */
export function remember(services: Services): Services {
  writeFileSync(record(), JSON.stringify(services));
  return services;
}

/** What stands in for the language model. Its tokens come one after the other, as a language model's do. */
function startLlm(port: number): Promise<Service> {
  return startService(
    'llm-server',
    [...TSX, inRoot('local', 'llm-server-main.ts'), LLM_ENDPOINT_NAME, String(port), '1'],
    { url: `http://127.0.0.1:${port}`, health: '/ping' },
  );
}

const TSX = [process.execPath, '--import', 'tsx'];

/** The model server, on a port of the caller's choice. */
export function startModel(port: number, llm: Service): Promise<Service> {
  const model = inRoot('examples', 'credit-risk', 'model', 'model.json');
  return startService(
    'model-server',
    [
      ...TSX,
      inRoot('local', 'model-server-main.ts'),
      model,
      ENDPOINT_NAME,
      String(port),
      `${LLM_ENDPOINT_NAME}=${llm.url}`,
    ],
    { url: `http://127.0.0.1:${port}`, health: '/ping' },
  );
}

async function startEmulator(modelUrl: string, environment: NodeJS.ProcessEnv): Promise<Service> {
  const named = process.env.PLUMBLINE_ENDPOINT_URL;
  if (named) return { url: named.replace(/\/+$/, ''), pid: 0 };
  const port = await freePort();
  return startService('emulator', [join(VENV_BIN, 'ministack')], {
    url: `http://127.0.0.1:${port}`,
    health: HEALTH,
    env: {
      GATEWAY_PORT: String(port),
      BIND_HOST: '127.0.0.1',
      MINISTACK_HOST: '127.0.0.1',
      // Ports of their own that nothing here uses.
      IOT_MTLS_ENABLED: '0',
      SFTP_ENABLED: '0',
      LOG_LEVEL: 'INFO',
      // Its copies of the functions' code, which it does not always tidy up.
      TMPDIR: emptyTemporaryFolder(),
      // The emulator hands its environment to the functions: this is how they find the model.
      AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME: modelUrl,
      ...environment,
    },
  });
}

function emptyTemporaryFolder(): string {
  const folder = inHome('tmp');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

export async function stopServices({ emulator, modelServer, llmServer }: Services): Promise<void> {
  await Promise.all([emulator, modelServer, llmServer].filter(({ pid }) => pid > 0).map(stopService));
  rmSync(record(), { force: true });
  rmSync(inHome('tmp'), { recursive: true, force: true });
}

/** At once and without waiting, for a process that is about to end. */
export function killServices({ emulator, modelServer, llmServer }: Services): void {
  for (const { pid } of [emulator, modelServer, llmServer]) if (pid > 0) signalGroup(pid, 'SIGKILL');
}
