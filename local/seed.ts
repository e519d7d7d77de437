import { BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Application } from '../examples/credit-risk/applications';
import { REGION, ROOT_CREDENTIALS } from './deploy';
import type { LocalInfo } from './local-info';

const BATCH = 25;

/** Writes what the bank knows of each applicant into the feature table `accounts`. */
export async function seed(
  { endpointUrl, pipelines }: LocalInfo,
  applications: readonly Application[],
): Promise<number> {
  const client = new DynamoDBClient({ endpoint: endpointUrl, region: REGION, credentials: ROOT_CREDENTIALS });
  const table = pipelines['credit-risk']!.featureTables.accounts!;
  const updatedAt = new Date().toISOString();
  for (let i = 0; i < applications.length; i += BATCH) {
    const items = applications
      .slice(i, i + BATCH)
      .map(({ account }) => ({ PutRequest: { Item: marshall({ ...account, updatedAt }) } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: items } }));
  }
  return applications.length;
}
