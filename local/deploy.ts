import { spawn } from 'node:child_process';
import {
  CloudFormationClient,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Failure } from './failure';
import { inHome, inRoot } from './paths';
import { tail } from './service';

export const REGION = 'us-east-1';
export const PLATFORM_STACK = 'PlumblinePlatform';

/** The emulator takes any credentials; these are its root's. */
export const ROOT_CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };

export type Outputs = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Bootstraps and deploys a CDK app with the real CLI; gives the outputs by stack. */
export async function deploy(endpointUrl: string, app: string): Promise<Outputs> {
  const out = inHome('cdk.out');
  const outputs = inHome('outputs.json');
  rmSync(out, { recursive: true, force: true });
  mkdirSync(inHome('bootstrap'), { recursive: true });

  await Promise.all([
    // Away from cdk.json, so that bootstrapping does not synthesize the app.
    cdk('bootstrap', ['bootstrap', `aws://000000000000/${REGION}`], endpointUrl, inHome('bootstrap')),
    cdk(
      'synth',
      ['synth', '--quiet', '--output', out, '--app', `"${process.execPath}" --import tsx ${app}`],
      endpointUrl,
      inRoot(),
    ),
  ]);
  const args = ['deploy', '--all', '--require-approval', 'never', '--app', out, '--outputs-file', outputs];
  try {
    await cdk('deploy', args, endpointUrl, inRoot());
  } catch (error) {
    throw new Failure(`${(error as Error).message}\n${await emulatorsReasons(endpointUrl)}`);
  }
  return JSON.parse(readFileSync(outputs, 'utf8')) as Outputs;
}

const TIME_LIMIT_MS = 180_000;

async function cdk(step: string, args: readonly string[], endpointUrl: string, cwd: string): Promise<void> {
  const log = inHome('logs', `${step}.log`);
  const chunks: Buffer[] = [];
  const child = spawn(process.execPath, [inRoot('node_modules', 'aws-cdk', 'bin', 'cdk'), ...args], {
    cwd,
    timeout: TIME_LIMIT_MS,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      CI: 'true',
      AWS_ENDPOINT_URL: endpointUrl,
      AWS_ENDPOINT_URL_S3: endpointUrl,
      AWS_ACCESS_KEY_ID: ROOT_CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: ROOT_CREDENTIALS.secretAccessKey,
      AWS_SESSION_TOKEN: '',
      AWS_PROFILE: '',
      AWS_REGION: REGION,
      AWS_DEFAULT_REGION: REGION,
      CDK_DEFAULT_ACCOUNT: '000000000000',
      CDK_DEFAULT_REGION: REGION,
      CDK_DISABLE_CLI_TELEMETRY: 'true',
    },
  });
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  writeFileSync(log, Buffer.concat(chunks));
  if (code !== 0)
    throw new Failure(
      `cdk ${step} failed${code === null ? ' (it took too long)' : ''}. The end of its log, ${log}:\n\n${tail(log)}`,
    );
}

/** Why the emulator refused resources: what the CLI's log often leaves out. */
async function emulatorsReasons(endpointUrl: string): Promise<string> {
  const client = new CloudFormationClient({ endpoint: endpointUrl, region: REGION, credentials: ROOT_CREDENTIALS });
  const reasons: string[] = [];
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({}));
    for (const { StackName } of Stacks) {
      const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName }));
      for (const { ResourceStatus, LogicalResourceId, ResourceStatusReason } of StackEvents)
        if (ResourceStatus?.endsWith('_FAILED'))
          reasons.push(`  ${StackName} ${LogicalResourceId}: ${ResourceStatusReason ?? 'no reason given'}`);
    }
  } catch (error) {
    reasons.push(`  none to be had: ${(error as Error).message}`);
  }
  return reasons.length > 0 ? `\nThe emulator's reasons:\n${reasons.join('\n')}` : '';
}
