import { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { bedrockChat } from '../../adapters/bedrock-chat';
import type { ChatClient } from '../../core/llm/chat';
import { handler } from './clients';
import { systemClock } from './system-clock';

// A module of its own: only functions of pipelines that ask Bedrock load its client.

const client = new BedrockRuntimeClient({ maxAttempts: 1, requestHandler: handler });

export const bedrockOf = (modelId: string): ChatClient => bedrockChat(client, modelId, systemClock);
