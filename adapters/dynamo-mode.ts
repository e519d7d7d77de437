import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Mode } from '../core/decision/decision';
import { MODE_KEY, readMode } from './dynamo-first-read';

export interface ModeState {
  readonly mode: Mode;
  /** An operator's choice stays until released. */
  readonly pinned: boolean;
}

/** One that cannot be understood is as good as unread to requests, and that makes them cautious. */
export async function readModeState(client: DynamoDBClient, stateTable: string): Promise<ModeState> {
  const { Item } = await client.send(new GetItemCommand({ TableName: stateTable, Key: { pk: { S: MODE_KEY } } }));
  return { mode: readMode(Item) ?? 'cautious', pinned: Item?.pinned?.BOOL === true };
}

/** Leaves the number of waiting reviews beside the mode, which every decision reads. */
export async function writeBacklog(client: DynamoDBClient, stateTable: string, backlog: number): Promise<void> {
  await client.send(
    new UpdateItemCommand({
      TableName: stateTable,
      Key: { pk: { S: MODE_KEY } },
      UpdateExpression: 'SET backlog = :backlog',
      ExpressionAttributeValues: { ':backlog': { N: String(backlog) } },
    }),
  );
}
