import {
  InvokeEndpointWithResponseStreamCommand,
  type SageMakerRuntimeClient,
} from '@aws-sdk/client-sagemaker-runtime';
import type { ModelFailure } from '../core/decision/model-answer';
import type { ChatClient } from '../core/llm/chat';
import { readStream } from '../core/llm/read-stream';
import type { Clock } from '../core/ports';
import { ChatCollector, chatBody } from './chat-completions';
import { isThrottling } from './sagemaker-model';

/** A language model behind a SageMaker endpoint that speaks chat completions. */
export function sagemakerChat(
  client: SageMakerRuntimeClient,
  endpointName: string,
  clock: Clock,
  variant?: string,
): ChatClient {
  return {
    async complete(request, limits, signal) {
      const began = clock.now();
      const over = new AbortController();
      const collector = new ChatCollector(request);
      let firstTokenMs: number | undefined;

      /** The call itself is waited for like a token. */
      async function* pieces(): AsyncGenerator<Uint8Array> {
        const { Body = [] } = await client.send(
          new InvokeEndpointWithResponseStreamCommand({
            EndpointName: endpointName,
            ContentType: 'application/json',
            Body: chatBody(request),
            ...(variant === undefined ? {} : { TargetVariant: variant }),
          }),
          { abortSignal: AbortSignal.any([signal, over.signal]) },
        );
        for await (const { PayloadPart, ModelStreamError, InternalStreamFailure } of Body) {
          const failure = ModelStreamError ?? InternalStreamFailure;
          if (failure) throw failure;
          if (PayloadPart?.Bytes) yield PayloadPart.Bytes;
        }
      }

      try {
        const take = (piece: Uint8Array) => {
          const any = collector.take(piece);
          if (any) firstTokenMs ??= clock.now() - began;
          return any;
        };
        const end = await readStream(pieces(), take, limits, clock, signal);
        if (end === 'ended') return collector.answer(firstTokenMs ?? clock.now() - began);
        over.abort();
        return { failed: end === 'stalled' ? 'MODEL_STALLED' : 'MODEL_TIMEOUT' };
      } catch (error) {
        over.abort();
        return { failed: signal.aborted ? 'MODEL_TIMEOUT' : failureOf(error) };
      }
    },
  };
}

/** The container's own status comes inside a ModelError: what it refuses is the request's fault, not the endpoint's. */
function failureOf(error: unknown): ModelFailure {
  const { OriginalStatusCode: status } = error as { readonly OriginalStatusCode?: number };
  if (isThrottling(error) || status === 429) return 'MODEL_THROTTLED';
  return status !== undefined && status >= 400 && status < 500 ? 'MODEL_INVALID' : 'MODEL_ERROR';
}
