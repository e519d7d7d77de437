import { plumbline } from '../bin/plumbline';
import { creditRisk, info } from './stack';

/** Runs a command on the stack's tables, as somebody with rights of their own. */
export async function run(command: string, ...args: string[]) {
  return runAlone(command, ...args, '--table', creditRisk.decisionsTable, '--state', creditRisk.stateTable);
}

/** The same, for people to read. */
export const runText = (command: string, ...args: string[]) =>
  plumbline([command, ...args, '--table', creditRisk.decisionsTable, '--state', creditRisk.stateTable], [], ACCESS);

const ACCESS = {
  AWS_ACCESS_KEY_ID: info.credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: info.credentials.secretAccessKey,
  AWS_REGION: info.region,
  AWS_ENDPOINT_URL: info.endpointUrl,
};

/** The same, naming no tables. */
export async function runAlone(command: string, ...args: string[]) {
  const { code, stdout, stderr } = await plumbline([command, ...args, '--json'], [], ACCESS);
  if (code === 2 || stdout === '') throw new Error(stderr);
  return { code, body: JSON.parse(stdout) as Record<string, unknown> };
}
