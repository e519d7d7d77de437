import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { announceChanges } from '../../adapters/change-events';
import { dynamoPrompts } from '../../adapters/dynamo-prompts';
import type { ClosedWindow } from '../../core/drift/blocks';
import { judgeCandidate } from '../../core/llm/prompt-gate';
import { promptsUnder } from '../../core/llm/prompt-state';
import type { PipelineDefinition } from '../../core/pipeline/definition';
import { logInfo } from '../_runtime/log';

/** Takes a prompt's candidate back where closed windows show that it is worse than the gate allows. */
export function promptSteering(
  dynamo: DynamoDBClient,
  events: EventBridgeClient,
  env: { readonly stateTable: string; readonly eventBus: string },
  { model, name }: PipelineDefinition,
) {
  if (model.kind !== 'llm') return { judge: async () => undefined, announce: async () => undefined };
  const store = dynamoPrompts(dynamo, env.stateTable);
  const { prompts } = model;
  return {
    async judge({ window, tally }: ClosedWindow, now: number): Promise<void> {
      for (;;) {
        const seen = promptsUnder(await store.read(), prompts);
        const { state, change } = judgeCandidate(seen, prompts.gate ?? {}, window, tally.measures, now);
        if (state === seen) return;
        // An operator was quicker: their word goes.
        if (!(await store.write(seen, state, change))) continue;
        if (change) logInfo('candidate taken back', { version: seen.candidate!.version, reason: change.reason });
        return;
      }
    },
    announce: () => announceChanges('prompts', store, events, env.eventBus, name),
  };
}
