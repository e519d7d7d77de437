import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../commands/usage';

/** Where a pipeline's API for machines is, and who asks. */
export interface Address {
  readonly apiUrl: string;
  readonly region: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
}

/** Names of a pipeline's parts that commands look up. */
type LocalName =
  | 'intakeQueueUrl'
  | 'intakeDeadLetterQueueUrl'
  | 'deadLetterQueueUrl'
  | 'dispatchFunction'
  | 'observeFunction'
  | 'decisionsTable'
  | 'stateTable';

/** What `npm start` leaves in `.plumbline/local.json`, as far as it is read here. */
export interface LocalInfo extends Pick<Address, 'region' | 'credentials'> {
  readonly endpointUrl?: string;
  readonly pipelines: Readonly<
    Record<string, { readonly apiUrl: string } & Partial<Readonly<Record<LocalName, string>>>>
  >;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The API that was named, asked with the environment's credentials; or else that of `npm start`, with its own. */
export function findAddress(
  { api, pipeline }: { readonly api?: string | undefined; readonly pipeline?: string | undefined },
  environment: Environment,
  folder: string,
): Address {
  return api === undefined ? localAddress(pipeline, folder) : namedAddress(api, environment);
}

function namedAddress(api: string, environment: Environment): Address {
  const url = URL.canParse(api) ? new URL(api) : undefined;
  if (!url) throw new UsageError(`--api ${api} is no URL. It is the output ApiUrl of the pipeline's stack.`);
  const [, hosted] = /\.execute-api\.([a-z0-9-]+)\.amazonaws\./.exec(url.hostname) ?? [];
  return { apiUrl: api.replace(/\/+$/, ''), ...environmentCredentials(environment, hosted) };
}

/** Region and credentials of the environment; `region` is the one that an address names itself. */
export function environmentCredentials(
  environment: Environment,
  region: string | undefined,
): Pick<Address, 'region' | 'credentials'> {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION, AWS_DEFAULT_REGION } = environment;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY)
    throw new UsageError(
      'There are no AWS credentials in the environment. Those of a profile come there by:\n' +
        '  eval "$(aws configure export-credentials --format env)"',
    );
  const found = region ?? AWS_REGION ?? AWS_DEFAULT_REGION;
  if (!found) throw new UsageError('The address names no region. Set AWS_REGION.');
  return {
    region: found,
    credentials: {
      accessKeyId: AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      ...(AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {}),
    },
  };
}

function localAddress(pipeline: string | undefined, folder: string): Address {
  const { info, found } = localPipeline(pipeline, folder);
  return { apiUrl: found.apiUrl, region: info.region, credentials: info.credentials };
}

/** A pipeline of `npm start`, by its name or as the only one. */
export function localPipeline(
  pipeline: string | undefined,
  folder: string,
): { readonly info: LocalInfo; readonly found: LocalInfo['pipelines'][string] } {
  const file = join(folder, '.plumbline', 'local.json');
  if (!existsSync(file))
    throw new UsageError(`Which API? Give --api <url>, or run it where \`npm start\` runs: there is no ${file}.`);
  const info = JSON.parse(readFileSync(file, 'utf8')) as LocalInfo;
  const names = Object.keys(info.pipelines);
  const name = pipeline ?? (names.length === 1 ? names[0]! : undefined);
  const found = name === undefined ? undefined : info.pipelines[name];
  if (!found)
    throw new UsageError(
      name === undefined
        ? `Which pipeline? Give --pipeline: one of ${names.join(', ')}.`
        : `There is no pipeline "${name}" in ${file}; there is ${names.join(', ')}.`,
    );
  return { info, found };
}
