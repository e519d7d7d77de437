import { chmodSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  EntityAlreadyExistsException,
  IAMClient,
} from '@aws-sdk/client-iam';
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  UsernameExistsException,
} from '@aws-sdk/client-cognito-identity-provider';
import { type Outputs, PLATFORM_STACK, REGION, ROOT_CREDENTIALS } from './deploy';
import { inHome } from './paths';
import type { Services } from './services';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** What a client of the local run needs; `.plumbline/local.json`. */
export interface LocalInfo {
  readonly endpointUrl: string;
  readonly region: string;
  readonly credentials: Credentials;
  readonly otherCredentials: Credentials;
  readonly modelServer: { readonly url: string; readonly pid: number };
  /** The stand-in for a language model. */
  readonly llmServer: { readonly url: string; readonly pid: number };
  readonly pipelines: Readonly<Record<string, PipelineInfo>>;
  readonly console: {
    readonly clientId: string;
    readonly users: readonly {
      readonly username: string;
      readonly password: string;
      readonly groups: readonly string[];
    }[];
  };
}

export interface PipelineInfo {
  readonly stackName: string;
  readonly apiUrl: string;
  readonly peopleApiUrl: string;
  readonly reviewQueueUrl: string;
  readonly intakeQueueUrl: string;
  readonly intakeDeadLetterQueueUrl: string;
  readonly deadLetterQueueUrl: string;
  readonly dispatchFunction: string;
  readonly observeFunction: string;
  readonly batchBucket: string;
  readonly decisionsTable: string;
  readonly stateTable: string;
  readonly featureTables: Readonly<Record<string, string>>;
  readonly eventBusName: string;
  readonly alarmTopicArn: string;
  readonly alarms: { readonly drift: string };
  readonly modelEndpointName: string;
}

const USERS = [
  { username: 'reviewer', role: 'reviewer' },
  { username: 'second-reviewer', role: 'reviewer' },
  { username: 'lead', role: 'lead' },
  { username: 'operator', role: 'operator' },
  { username: 'auditor', role: 'auditor' },
];

/** Makes two callers and the people of the pipeline, and writes down what a client needs. */
export async function writeLocalInfo(
  { emulator, modelServer, llmServer }: Services,
  outputs: Outputs,
): Promise<LocalInfo> {
  const client = { endpoint: emulator.url, region: REGION, credentials: ROOT_CREDENTIALS };
  const iam = new IAMClient(client);
  const cognito = new CognitoIdentityProviderClient(client);
  const platform = outputs[PLATFORM_STACK]!;
  const pipelines = Object.fromEntries(
    Object.entries(outputs).flatMap(([stackName, of]) =>
      of.PipelineName ? [[of.PipelineName, pipelineInfo(emulator.url, stackName, of)]] : [],
    ),
  );
  const info: LocalInfo = {
    endpointUrl: emulator.url,
    region: REGION,
    credentials: await makeCaller(iam, 'plumbline-caller'),
    otherCredentials: await makeCaller(iam, 'plumbline-other'),
    modelServer,
    llmServer,
    pipelines,
    console: {
      clientId: platform.UserPoolClientId!,
      users: await Promise.all(
        USERS.map((user) => makeUser(cognito, platform.UserPoolId!, user, Object.keys(pipelines))),
      ),
    },
  };
  const file = inHome('local.json');
  writeFileSync(file, `${JSON.stringify(info, null, 2)}\n`, { mode: 0o600 });
  chmodSync(file, 0o600);
  return info;
}

function pipelineInfo(endpointUrl: string, stackName: string, outputs: Readonly<Record<string, string>>): PipelineInfo {
  // On the emulator an API answers under its id in the path; its host names need a DNS entry of their own.
  const idOf = (url: string) => /\/\/([^.]+)\./.exec(url)![1]!;
  return {
    stackName,
    apiUrl: `${endpointUrl}/_aws/execute-api/${idOf(outputs.ApiUrl!)}/v1`,
    peopleApiUrl: `${endpointUrl}/_aws/execute-api/${idOf(outputs.PeopleApiUrl!)}/$default`,
    reviewQueueUrl: outputs.ReviewQueueUrl!,
    intakeQueueUrl: outputs.IntakeQueueUrl!,
    intakeDeadLetterQueueUrl: outputs.IntakeDeadLetterQueueUrl!,
    deadLetterQueueUrl: outputs.DeadLetterQueueUrl!,
    dispatchFunction: outputs.DispatchFunction!,
    observeFunction: outputs.ObserveFunction!,
    batchBucket: outputs.BatchBucket!,
    decisionsTable: outputs.DecisionsTable!,
    stateTable: outputs.StateTable!,
    featureTables: JSON.parse(outputs.FeatureTables!) as Record<string, string>,
    eventBusName: outputs.EventBusName!,
    alarmTopicArn: outputs.AlarmTopicArn!,
    alarms: { drift: outputs.DriftAlarm! },
    modelEndpointName: outputs.ModelEndpointName!,
  };
}

async function makeCaller(iam: IAMClient, UserName: string): Promise<Credentials> {
  await iam.send(new CreateUserCommand({ UserName })).catch(ignore(EntityAlreadyExistsException));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  return { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! };
}

async function makeUser(
  cognito: CognitoIdentityProviderClient,
  UserPoolId: string,
  { username, role }: { readonly username: string; readonly role: string },
  pipelines: readonly string[],
) {
  const password = `Aa1!${randomBytes(12).toString('base64url')}`;
  const groups = pipelines.map((pipeline) => `${pipeline}.${role}`);
  const user = { UserPoolId, Username: username };
  await cognito
    .send(new AdminCreateUserCommand({ ...user, MessageAction: 'SUPPRESS' }))
    .catch(ignore(UsernameExistsException));
  await cognito.send(new AdminSetUserPasswordCommand({ ...user, Password: password, Permanent: true }));
  for (const GroupName of groups) await cognito.send(new AdminAddUserToGroupCommand({ ...user, GroupName }));
  return { username, password, groups };
}

const ignore = (kind: abstract new (...args: never[]) => Error) => (error: unknown) => {
  if (!(error instanceof kind)) throw error;
};
