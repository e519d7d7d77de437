import { sagemakerChat } from '../../adapters/sagemaker-chat';
import { sagemakerModel, sagemakerRows } from '../../adapters/sagemaker-model';
import type { CompiledLlm } from '../../core/llm/compile-llm';
import { llmModel } from '../../core/llm/llm-model';
import { coalesce } from '../../core/model/coalesce';
import { askedByRow } from '../../core/model/encoding';
import type { Pipeline } from '../../core/pipeline/compile';
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
const { version: live, definition } = loadArtifact();
const ofBedrock = [definition, loadCandidateArtifact()?.artifact.definition].some(
  (one) => one?.model.kind === 'llm' && one.model.provider === 'bedrock',
);
const bedrock = ofBedrock ? await import('./bedrock') : undefined;

/** What makes the models of definitions, each behind an endpoint, with one client for all. */
export function modelMaker(sharing?: Sharing): (pipeline: Pipeline, endpoint: string, variant?: string) => ModelClient {
  const client = requestSageMaker();
  const chatOf = ({ model }: CompiledLlm, endpoint: string, variant?: string) =>
    model.provider === 'bedrock' ? bedrock!.bedrockOf(endpoint) : sagemakerChat(client, endpoint, systemClock, variant);
  return ({ columns, llm, version }, endpoint, variant) => {
    if (llm) {
      const validate = version === live ? answers.live : answers.candidate;
      return llmModel(llm, chatOf(llm, endpoint, variant), validate!);
    }
    const rows = sharing
      ? coalesce(sagemakerRows(client, endpoint, variant), systemClock, sharing)
      : sagemakerModel(client, endpoint, variant);
    return askedByRow(columns, rows);
  };
}
