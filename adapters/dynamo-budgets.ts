import {
  type AttributeValue,
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { EMPTY } from '../core/llm/budgets/entries';
import { AMOUNTS, type AmountName } from '../core/llm/budgets/limits';
import type { BudgetChange, BudgetItem, BudgetStore } from '../core/llm/budgets/ports';

type Item = Record<string, AttributeValue>;

/** Each reservation has an attribute of its own, so that two of them never write the same one. */
const ENTRY = 'r_';

/** Budgets in the state table: one item for each scope, window and shard. */
export function dynamoBudgets(client: DynamoDBClient, tableName: string): BudgetStore {
  return {
    async change(key, change, signal) {
      const update = new UpdateItemCommand({
        TableName: tableName,
        Key: { pk: { S: key } },
        ...expressionsOf(change),
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      try {
        const { Attributes } = await client.send(update, { abortSignal: signal });
        return { changed: true, item: readItem(Attributes) };
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return { changed: false, item: readItem(error.Item) };
        throw error;
      }
    },

    async read(keys, signal) {
      const found = new Map<string, BudgetItem>();
      let rest: Item[] = keys.map((key) => ({ pk: { S: key } }));
      while (rest.length > 0) {
        const request = { [tableName]: { Keys: rest, ConsistentRead: true } };
        const command = new BatchGetItemCommand({ RequestItems: request });
        const { Responses, UnprocessedKeys } = await client.send(command, { abortSignal: signal });
        for (const item of Responses?.[tableName] ?? []) found.set(item.pk!.S!, readItem(item));
        const unread = UnprocessedKeys?.[tableName]?.Keys ?? [];
        if (unread.length === rest.length) throw new Error(`${tableName} is throttled: none of the budgets were read.`);
        rest = unread;
      }
      return keys.map((key) => found.get(key) ?? EMPTY);
    },
  };
}

function expressionsOf({ entries, add, within = {}, expiresAt }: BudgetChange) {
  const names: Record<string, string> = Object.fromEntries(AMOUNTS.map((name) => [`#${name}`, name]));
  const values: Item = {};
  const conditions: string[] = [];
  const set: string[] = [];
  const remove: string[] = [];
  entries.forEach(({ id, seen, next }, i) => {
    names[`#e${i}`] = ENTRY + id;
    if (seen !== undefined) values[`:s${i}`] = { S: seen };
    conditions.push(seen === undefined ? `attribute_not_exists(#e${i})` : `#e${i} = :s${i}`);
    if (next !== undefined) values[`:n${i}`] = { S: next };
    if (next === undefined) remove.push(`#e${i}`);
    else set.push(`#e${i} = :n${i}`);
  });
  // Counted up, an amount needs no first value, and a limit that changes counts at once.
  const limited = Object.entries(within) as [AmountName, number][];
  for (const [name, most] of limited) {
    values[`:most_${name}`] = { N: String(most - add[name]) };
    conditions.push(`(attribute_not_exists(#${name}) OR #${name} <= :most_${name})`);
  }
  for (const name of AMOUNTS) values[`:${name}`] = { N: String(add[name]) };
  if (expiresAt !== undefined) {
    values[':expiresAt'] = { N: String(expiresAt) };
    set.push('expiresAt = :expiresAt');
  }
  const update = [
    `ADD ${AMOUNTS.map((name) => `#${name} :${name}`).join(', ')}`,
    ...(set.length > 0 ? [`SET ${set.join(', ')}`] : []),
    ...(remove.length > 0 ? [`REMOVE ${remove.join(', ')}`] : []),
  ];
  return {
    UpdateExpression: update.join(' '),
    ...(conditions.length > 0 ? { ConditionExpression: conditions.join(' AND ') } : {}),
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
  };
}

function readItem(item: Item | undefined): BudgetItem {
  if (item === undefined) return EMPTY;
  const amount = (name: AmountName) => Number(item[name]?.N ?? 0);
  const entries = new Map<string, string>();
  for (const name in item) if (name.startsWith(ENTRY)) entries.set(name.slice(ENTRY.length), item[name]!.S!);
  return { taken: { requests: amount('requests'), tokens: amount('tokens'), money: amount('money') }, entries };
}
