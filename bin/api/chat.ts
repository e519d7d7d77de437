import { ChatCollector, chatBody } from '../../adapters/chat-completions';
import { converseAnswer, converseBody, joinSamples } from '../../adapters/converse';
import type { ChatAnswer, ChatClient, ChatRequest } from '../../core/llm/chat';
import type { LlmModel } from '../../core/llm/settings';
import type { Address } from './address';
import { reach } from './reach';

/** Throttled calls are tried again by the client. */
const RETRIES = 5;
const HOSTS = { sagemaker: 'runtime.sagemaker', bedrock: 'bedrock-runtime' };

/**
 * A definition's language model, asked over HTTP and answered in one piece: what a command asks nobody waits for.
 * `runtime` is the address of SageMaker's or Bedrock's runtime. Throws an UnreachableError where nobody answers.
 */
export async function httpChat(
  { provider = 'sagemaker', endpoint }: LlmModel,
  { region, credentials }: Pick<Address, 'region' | 'credentials'>,
  runtime: string = `https://${HOSTS[provider]}.${region}.amazonaws.com`,
): Promise<ChatClient> {
  // Only commands that call wait for what signs.
  const { AwsClient } = await import('aws4fetch');
  const aws = new AwsClient({ ...credentials, region, service: provider, retries: RETRIES });
  async function post(path: string, body: string, signal: AbortSignal, readBody: (text: string) => ChatAnswer) {
    const headers = { 'content-type': 'application/json' };
    const response = await reach(runtime, aws.fetch(runtime + path, { method: 'POST', headers, body, signal }));
    const text = await response.text();
    if (!response.ok) return { failed: response.status === 429 ? 'MODEL_THROTTLED' : 'MODEL_ERROR' } as const;
    try {
      return readBody(text);
    } catch {
      return { failed: 'MODEL_INVALID' } as const;
    }
  }

  return {
    async complete(request, _, signal) {
      if (provider === 'sagemaker') {
        const body = chatBody(request, { stream: false });
        return post(`/endpoints/${endpoint}/invocations`, body, signal, (text) => readCompletion(text, request));
      }
      const body = JSON.stringify(converseBody(request));
      const one = () => post(`/model/${encodeURIComponent(endpoint)}/converse`, body, signal, readConverse);
      return joinSamples(await Promise.all(Array.from({ length: request.samples }, one)));
    },
  };
}

/** An answer in one piece is a stream of one event. */
function readCompletion(text: string, request: ChatRequest): ChatAnswer {
  const collector = new ChatCollector(request);
  collector.take(new TextEncoder().encode(`data: ${text.replaceAll(/[\r\n]/g, ' ')}\n`));
  return collector.answer(0);
}

function readConverse(text: string): ChatAnswer {
  const { output, stopReason, usage } = JSON.parse(text) as {
    readonly output: { readonly message: { readonly content: readonly { readonly text?: string }[] } };
    readonly stopReason: string;
    readonly usage: { readonly inputTokens: number; readonly outputTokens: number };
  };
  const said = output.message.content.map((part) => part.text ?? '').join('');
  return converseAnswer({ text: said, stop: stopReason, usage }, 0);
}
