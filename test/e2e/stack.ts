import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { CognitoIdentityProviderClient, InitiateAuthCommand } from '@aws-sdk/client-cognito-identity-provider';
import { type Application, readCreditCsv } from '../../examples/credit-risk/applications';
import { type Answer, type MachineClient, machineClient, readAnswer } from '../../local/client';
import type { LocalInfo, PipelineInfo } from '../../local/local-info';
import { inHome, inRoot } from '../../local/paths';
import { type Mail, readMails } from '../../examples/mail-triage/data/mails';
import type { LlmFault } from '../../local/llm-server';
import type { Fault } from '../../local/model-server';

/** What every client of the stack knows: `local.json`. */
export const info = JSON.parse(readFileSync(inHome('local.json'), 'utf8')) as LocalInfo;
export const creditRisk: PipelineInfo = info.pipelines['credit-risk']!;
export const impatient: PipelineInfo = info.pipelines.impatient!;
export const sampled: PipelineInfo = info.pipelines.sampled!;
export const mailTriage: PipelineInfo = info.pipelines['mail-triage']!;
/** For AWS clients of the tests' own. */
export const aws = { endpoint: info.endpointUrl, region: info.region, credentials: info.credentials };
export const DEADLINE_MS = 800;

/** Calls the credit-risk pipeline as a machine. */
export const call: MachineClient = machineClient(creditRisk.apiUrl, info.credentials, info.region);
export const callAsOther: MachineClient = machineClient(creditRisk.apiUrl, info.otherCredentials, info.region);
export const callImpatient: MachineClient = machineClient(impatient.apiUrl, info.credentials, info.region);
export const callSampled: MachineClient = machineClient(sampled.apiUrl, info.credentials, info.region);

export const callTriage: MachineClient = machineClient(mailTriage.apiUrl, info.credentials, info.region);

export const callTriageAsOther = machineClient(mailTriage.apiUrl, info.otherCredentials, info.region);

export const mails: readonly Mail[] = readMails(inRoot('examples/mail-triage/data/mails.jsonl'));
/** A mail as the pipeline takes it. */
export const mailInput = ({ from, subject, body, links }: Mail) => ({ from, subject, body, links });

export const applications: readonly Application[] = readCreditCsv(
  readFileSync(inRoot('examples/credit-risk/data/german-credit.csv'), 'utf8'),
);
export const unseenRows = (
  JSON.parse(readFileSync(inRoot('examples/credit-risk/model/split.json'), 'utf8')) as { unseen: number[] }
).unseen;

export type PersonClient = (method: string, path: string, body?: unknown) => Promise<Answer>;

export async function tokensOf(username: string): Promise<{ readonly id: string; readonly access: string }> {
  const { password } = info.console.users.find((user) => user.username === username)!;
  const { AuthenticationResult } = await new CognitoIdentityProviderClient(aws).send(
    new InitiateAuthCommand({
      AuthFlow: 'USER_PASSWORD_AUTH',
      ClientId: info.console.clientId,
      AuthParameters: { USERNAME: username, PASSWORD: password },
    }),
  );
  return { id: AuthenticationResult!.IdToken!, access: AuthenticationResult!.AccessToken! };
}

export const personWithToken =
  (token: string | undefined, { peopleApiUrl }: PipelineInfo = creditRisk): PersonClient =>
  async (method, path, body) =>
    readAnswer(
      await fetch(peopleApiUrl + path, {
        method,
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );

/** Calls the people's API as one of the users of `local.json`. */
export const person = async (username: string, pipeline?: PipelineInfo): Promise<PersonClient> =>
  personWithToken((await tokensOf(username)).id, pipeline);

/** Makes the model server misbehave, for as long as the work takes. */
export const withFault = <T>(fault: Fault, work: () => Promise<T>): Promise<T> =>
  misbehaving(info.modelServer.url, fault, work);

/** The same of what stands in for the language model. */
export const withLlmFault = <T>(fault: LlmFault, work: () => Promise<T>): Promise<T> =>
  misbehaving(info.llmServer.url, fault, work);

async function misbehaving<T>(server: string, fault: Fault | LlmFault, work: () => Promise<T>): Promise<T> {
  const set = (value: unknown) => fetch(`${server}/fault`, { method: 'PUT', body: JSON.stringify(value) });
  await set(fault);
  try {
    return await work();
  } finally {
    await set({ kind: 'none' });
  }
}

/** Asks until there is an answer; fails with what was awaited. */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | undefined | false>,
  withinMs = 30_000,
): Promise<T> {
  const end = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > end) throw new Error(`Waited ${withinMs / 1000} s in vain for ${what}.`);
    await sleep(250);
  }
}
