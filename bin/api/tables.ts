import { fromStored, toStored } from '../../adapters/stored-record';
import type { DecisionRecord } from '../../core/decision/decision';
import { UsageError } from '../commands/usage';
import { type AttributeValue, fromAttributes, toAttributes } from '../history/attribute-values';
import { type Address, environmentCredentials, localPipeline } from './address';
import { type JsonService, ServiceError, jsonService } from './aws-json';

/** A pipeline's two tables, where DynamoDB is asked, and who asks. */
export interface TablesAddress extends Pick<Address, 'region' | 'credentials'> {
  readonly decisions: string;
  readonly state: string;
  readonly endpoint: string;
}

/** The tables that were named, or those of `npm start`. */
export function findTables(
  { table, state, pipeline }: { readonly table?: string; readonly state?: string; readonly pipeline?: string },
  environment: Readonly<Record<string, string | undefined>>,
  folder: string,
): TablesAddress {
  if ((table === undefined) !== (state === undefined))
    throw new UsageError('Give both --table and --state, or neither.');
  if (table === undefined || state === undefined) {
    const { info, found } = localPipeline(pipeline, folder);
    const { decisionsTable, stateTable } = found;
    const { region, credentials } = info;
    return {
      decisions: String(decisionsTable),
      state: String(stateTable),
      endpoint: String(info.endpointUrl),
      region,
      credentials,
    };
  }
  const access = environmentCredentials(environment, undefined);
  const endpoint = environment.AWS_ENDPOINT_URL_DYNAMODB ?? environment.AWS_ENDPOINT_URL;
  return {
    decisions: table,
    state,
    endpoint: endpoint ?? `https://dynamodb.${access.region}.amazonaws.com`,
    ...access,
  };
}

/** An item of the decisions table: the record, or why it is none. */
export type ScannedRecord = { readonly done: number } & (
  { readonly record: DecisionRecord } | { readonly problem: string }
);

/** A pipeline's tables, read and written by a person's own rights. */
export class Tables {
  private constructor(
    private readonly dynamo: JsonService,
    private readonly names: TablesAddress,
  ) {}

  static async at(address: TablesAddress): Promise<Tables> {
    return new Tables(await jsonService('dynamodb', address, address.endpoint), address);
  }

  /** Every decision, page by page; of another table where one is named. `done` is a guess by the table's last count. */
  async *scan(table = this.names.decisions): AsyncGenerator<ScannedRecord> {
    const { Table } = (await this.dynamo.call('DescribeTable', { TableName: table })) as {
      Table: { ItemCount?: number };
    };
    const count = Math.max(1, Table.ItemCount ?? 1);
    let read = 0;
    let from: unknown;
    do {
      const page = await this.dynamo.call('Scan', {
        TableName: table,
        ConsistentRead: true,
        ...(from ? { ExclusiveStartKey: from } : {}),
      });
      for (const item of (page.Items ?? []) as Record<string, AttributeValue>[]) {
        const record = fromStored(fromAttributes(item));
        const done = Math.min(1, ++read / count);
        yield record ? { done, record } : { done, problem: JSON.stringify(item.id) };
      }
      from = page.LastEvaluatedKey;
    } while (from);
  }

  /** The items of the state table under a prefix of their keys, page by page. */
  async *state(prefixes: readonly string[]): AsyncGenerator<Record<string, unknown>> {
    let from: unknown;
    do {
      const page = await this.dynamo.call('Scan', {
        TableName: this.names.state,
        FilterExpression: prefixes.map((_, i) => `begins_with(pk, :prefix${i})`).join(' OR '),
        ExpressionAttributeValues: toAttributes(
          Object.fromEntries(prefixes.map((prefix, i) => [`:prefix${i}`, prefix])),
        ),
        ...(from ? { ExclusiveStartKey: from } : {}),
      });
      for (const item of (page.Items ?? []) as Record<string, AttributeValue>[]) yield fromAttributes(item);
      from = page.LastEvaluatedKey;
    } while (from);
  }

  async get(id: string): Promise<DecisionRecord | undefined> {
    const item = await this.item(id);
    return item && fromStored(fromAttributes(item));
  }

  /** As DynamoDB has it, whatever it is. */
  async item(id: string): Promise<Record<string, AttributeValue> | undefined> {
    const { Item } = await this.dynamo.call('GetItem', {
      TableName: this.names.decisions,
      Key: toAttributes({ id }),
      ConsistentRead: true,
    });
    return Item as Record<string, AttributeValue> | undefined;
  }

  /** Puts a record in the place of what was read; false where it has changed since. */
  replace(seen: DecisionRecord, next: DecisionRecord): Promise<boolean> {
    return this.put(this.names.decisions, toStored(next), {
      // Whatever happens to a decision is in one of these.
      ConditionExpression:
        '#history = :history AND #toSend = :toSend AND #status = :status AND attribute_not_exists(#forgotten)',
      ExpressionAttributeNames: {
        '#history': 'history',
        '#toSend': 'toSend',
        '#status': 'status',
        '#forgotten': 'forgotten',
      },
      ExpressionAttributeValues: toAttributes({
        ':history': seen.history,
        ':toSend': seen.toSend,
        ':status': seen.status,
      }),
    });
  }

  /** Puts a record where there is none of its id; false where there is. */
  add(record: DecisionRecord): Promise<boolean> {
    return this.put(this.names.decisions, toStored(record), { ConditionExpression: 'attribute_not_exists(id)' });
  }

  /** Leaves an item in the state table for good. */
  async note(pk: string, values: Readonly<Record<string, unknown>>): Promise<void> {
    await this.put(this.names.state, { pk, ...values }, {});
  }

  /** The items of the state table whose key begins so. */
  async *notes(prefix: string): AsyncGenerator<Record<string, unknown>> {
    let from: unknown;
    do {
      const page = await this.dynamo.call('Scan', {
        TableName: this.names.state,
        ConsistentRead: true,
        FilterExpression: 'begins_with(pk, :prefix)',
        ExpressionAttributeValues: toAttributes({ ':prefix': prefix }),
        ...(from ? { ExclusiveStartKey: from } : {}),
      });
      for (const item of (page.Items ?? []) as Record<string, AttributeValue>[]) yield fromAttributes(item);
      from = page.LastEvaluatedKey;
    } while (from);
  }

  private async put(table: string, values: Readonly<Record<string, unknown>>, condition: object): Promise<boolean> {
    try {
      await this.dynamo.call('PutItem', { TableName: table, Item: toAttributes(values), ...condition });
      return true;
    } catch (error) {
      if (error instanceof ServiceError && error.name === 'ConditionalCheckFailedException') return false;
      throw error;
    }
  }
}
