import {
  type BedrockRuntimeClient,
  ConverseStreamCommand,
  type ConverseStreamOutput,
} from '@aws-sdk/client-bedrock-runtime';
import type { ModelFailure } from '../core/decision/model-answer';
import type { ChatAnswer, ChatClient, ChatRequest } from '../core/llm/chat';
import { readStream } from '../core/llm/read-stream';
import type { Clock } from '../core/ports';
import { type Converse, converseAnswer, converseBody, joinSamples } from './converse';

/**
 * A language model of Bedrock, by the Converse API. It gives one answer a call, so that several samples are as many
 * calls, and no log-probabilities.
 */
export function bedrockChat(client: BedrockRuntimeClient, modelId: string, clock: Clock): ChatClient {
  return {
    async complete(request, limits, signal) {
      const one = () => converse(client, modelId, clock, request, limits, signal);
      return joinSamples(await Promise.all(Array.from({ length: request.samples }, one)));
    },
  };
}

async function converse(
  client: BedrockRuntimeClient,
  modelId: string,
  clock: Clock,
  request: ChatRequest,
  limits: Parameters<ChatClient['complete']>[1],
  signal: AbortSignal,
): Promise<ChatAnswer> {
  const began = clock.now();
  const over = new AbortController();
  const answer: Converse = { text: '', stop: undefined, usage: undefined };
  let firstTokenMs: number | undefined;

  async function* events(): AsyncGenerator<ConverseStreamOutput> {
    const abortSignal = AbortSignal.any([signal, over.signal]);
    const { stream = [] } = await client.send(new ConverseStreamCommand({ modelId, ...converseBody(request) }), {
      abortSignal,
    });
    yield* stream;
  }

  function take({ contentBlockDelta, messageStop, metadata, ...failure }: ConverseStreamOutput): boolean {
    const text = contentBlockDelta?.delta?.text ?? '';
    answer.text += text;
    answer.stop = messageStop?.stopReason ?? answer.stop;
    const { inputTokens = 0, outputTokens = 0 } = metadata?.usage ?? {};
    if (metadata?.usage) answer.usage = { inputTokens, outputTokens };
    const broken = Object.entries(failure).find(([name]) => /Exception$/.test(name));
    if (broken) throw broken[1] as Error;
    if (text !== '') firstTokenMs ??= clock.now() - began;
    return text !== '';
  }

  try {
    const end = await readStream(events(), take, limits, clock, signal);
    if (end !== 'ended') {
      over.abort();
      return { failed: end === 'stalled' ? 'MODEL_STALLED' : 'MODEL_TIMEOUT' };
    }
    return converseAnswer(answer, firstTokenMs ?? clock.now() - began);
  } catch (error) {
    over.abort();
    return { failed: signal.aborted ? 'MODEL_TIMEOUT' : failureOf(error) };
  }
}

const THROTTLED = ['ThrottlingException', 'ServiceQuotaExceededException', 'ModelNotReadyException'];

/** What Bedrock refuses for what it says is the request's fault, not the model's. */
function failureOf(error: unknown): ModelFailure {
  const { name } = error as Error;
  if (THROTTLED.includes(name)) return 'MODEL_THROTTLED';
  return name === 'ValidationException' ? 'MODEL_INVALID' : 'MODEL_ERROR';
}
