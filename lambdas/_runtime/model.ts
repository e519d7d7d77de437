import { sagemakerChat } from '../../adapters/sagemaker-chat';
import { sagemakerModel, sagemakerRows } from '../../adapters/sagemaker-model';
import type { ChatClient } from '../../core/llm/chat';
import type { CompiledLlm } from '../../core/llm/compile-llm';
import { llmModel } from '../../core/llm/llm-model';
import { coalesce } from '../../core/model/coalesce';
import { askedByRow } from '../../core/model/encoding';
import type { Pipeline } from '../../core/pipeline/compile';
import type { PipelineDefinition } from '../../core/pipeline/definition';
import type { ModelClient } from '../../core/ports';
import { loadAnswerValidators, loadArtifact, loadCandidateArtifact } from './artifact';
import { requestSageMaker } from './clients';
import { systemClock } from './system-clock';

/** Rows that are asked for at about the same time share a call: how long they wait for each other, and how many. */
export interface Sharing {
  readonly waitMs: number;
  readonly most: number;
}

const answers = await loadAnswerValidators();
const { version: live, definition: first } = loadArtifact();
/** The language models of whatever decides here. */
export const llms = [first, loadCandidateArtifact()?.artifact.definition].flatMap((one) =>
  one?.model.kind === 'llm' ? [one.model] : [],
);
const guards = llms.some((llm) => llm.guards !== undefined) ? await import('./guards') : undefined;
const bedrock = llms.some(({ provider }) => provider === 'bedrock') ? await import('./bedrock') : undefined;

/**
 * What makes the models of definitions, each behind an endpoint, with one client for all. `limit` holds a language model
 * to its budgets; whoever asks without asks for the pipeline itself, not for a caller.
 */
export function modelMaker({
  sharing,
  limit = (chat) => chat,
}: {
  readonly sharing?: Sharing | undefined;
  readonly limit?: (chat: ChatClient, definition: PipelineDefinition) => ChatClient;
} = {}): (pipeline: Pipeline, endpoint: string, variant?: string) => ModelClient {
  const client = requestSageMaker();
  const chatOf = ({ model }: CompiledLlm, endpoint: string, variant?: string) =>
    model.provider === 'bedrock' ? bedrock!.bedrockOf(endpoint) : sagemakerChat(client, endpoint, systemClock, variant);
  return ({ columns, llm, version, definition }, endpoint, variant) => {
    if (llm) {
      const validate = version === live ? answers.live : answers.candidate;
      const chat = limit(chatOf(llm, endpoint, variant), definition);
      return llmModel(llm, { chat, validate: validate!, guarding: guards?.guardingOf(llm.model, client) });
    }
    const rows = sharing
      ? coalesce(sagemakerRows(client, endpoint, variant), systemClock, sharing)
      : sagemakerModel(client, endpoint, variant);
    return askedByRow(columns, rows);
  };
}
