import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { PromptChange, PromptState } from '../core/llm/prompt-state';
import { PROMPTS_KEY, readPrompts } from './dynamo-first-read';
import { type Announced, versionedItem } from './versioned-item';

export interface PromptStore extends Announced<PromptChange> {
  /** What was set, if anything has been. */
  read(): Promise<PromptState | undefined>;
  /** Writes a state in the place of the one that was read; false where another was written in between. */
  write(seen: PromptState, next: PromptState, change?: PromptChange): Promise<boolean>;
}

/** The prompts in use, in an item of the state table that each request of a language model reads with its mode. */
export function dynamoPrompts(client: DynamoDBClient, tableName: string): PromptStore {
  const item = versionedItem<PromptChange>(client, tableName, PROMPTS_KEY);
  return {
    ...item,
    read: async () => readPrompts(await item.get()),
    write: (seen, { version, ...state }, change) =>
      item.set(seen.version, { version, state: JSON.stringify(state) }, change),
  };
}
