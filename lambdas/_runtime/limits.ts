import { randomBytes } from 'node:crypto';
import { dynamoBudgets } from '../../adapters/dynamo-budgets';
import { budgetedChat } from '../../core/llm/budgeted-chat';
import { budgetsOf } from '../../core/llm/budgets/budgets';
import type { ChatClient, ChatRequest } from '../../core/llm/chat';
import { MESSAGE_TOKENS, estimateTokens } from '../../core/llm/tokens';
import type { PipelineDefinition } from '../../core/pipeline/definition';
import { requestDynamo } from './clients';
import { logError } from './log';
import { systemClock } from './system-clock';

// A module of its own, for it brings a vocabulary: only functions of pipelines with a language model load it.

/** What holds a language model to the limits of its definition. */
export function limiter(stateTable: string): (chat: ChatClient, definition: PipelineDefinition) => ChatClient {
  const store = dynamoBudgets(requestDynamo(), stateTable);
  return (chat, { model, name }) =>
    model.kind !== 'llm'
      ? chat
      : budgetedChat(chat, model.limits, {
          budgets: budgetsOf(store, name, model.limits),
          clock: systemClock,
          estimate,
          newId: () => randomBytes(10).toString('hex'),
          report: (error) => logError('budgets are not to be had', error),
        });
}

function estimate(messages: ChatRequest['messages'], most: number): number {
  let tokens = 0;
  for (const { content } of messages) {
    tokens += MESSAGE_TOKENS + estimateTokens(content, most - tokens);
    if (tokens > most) break;
  }
  return tokens;
}
