import { InvokeEndpointCommand, type SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import type { Embedded, Embedder } from '../core/llm/cache/ports';

/** Of 32 texts with 4,096 dimensions each there is less. */
const LONGEST_ANSWER = 4 * 1024 * 1024;

/**
 * Embeddings from a SageMaker endpoint that takes `{"inputs": […]}`, as the containers of Hugging Face do. It may answer
 * with vectors, with `{"embeddings": vectors}` or with `{"data": [{"embedding": vector}]}`.
 */
export function sagemakerEmbedder(client: SageMakerRuntimeClient, endpointName: string, dimensions: number): Embedder {
  return {
    async embed(texts, signal) {
      try {
        const { Body } = await client.send(
          new InvokeEndpointCommand({
            EndpointName: endpointName,
            ContentType: 'application/json',
            Accept: 'application/json',
            Body: JSON.stringify({ inputs: texts }),
          }),
          { abortSignal: signal },
        );
        return readEmbeddings(Body?.transformToString('utf-8') ?? '', texts.length, dimensions);
      } catch {
        return { failed: signal.aborted ? 'EMBEDDING_TIMEOUT' : 'EMBEDDING_ERROR' };
      }
    },
  };
}

/** As many vectors as texts, each of as many finite numbers as were expected and not all zero; or none. */
export function readEmbeddings(body: string, texts: number, dimensions: number): Embedded {
  const invalid = { failed: 'EMBEDDING_INVALID' };
  if (body.length > LONGEST_ANSWER) return invalid;
  let answer: unknown;
  try {
    answer = JSON.parse(body);
  } catch {
    return invalid;
  }
  const vectors = vectorsIn(answer);
  return vectors?.length === texts && vectors.every((vector) => isVector(vector, dimensions))
    ? { vectors: vectors as readonly (readonly number[])[] }
    : invalid;
}

function vectorsIn(answer: unknown): readonly unknown[] | undefined {
  if (Array.isArray(answer)) return answer;
  if (answer === null || typeof answer !== 'object') return undefined;
  const { embeddings, data } = answer as { readonly embeddings?: unknown; readonly data?: unknown };
  if (Array.isArray(embeddings)) return embeddings;
  if (!Array.isArray(data)) return undefined;
  // OpenAI's form numbers them, and does not promise their order.
  const rows = data as readonly ({ readonly embedding?: unknown; readonly index?: unknown } | null)[];
  const numbered = rows.every((row) => Number.isInteger(row?.index));
  const sorted = numbered ? [...rows].sort((a, b) => Number(a!.index) - Number(b!.index)) : rows;
  return sorted.map((row) => row?.embedding);
}

const isVector = (vector: unknown, dimensions: number): boolean =>
  Array.isArray(vector) &&
  vector.length === dimensions &&
  vector.every((x) => typeof x === 'number' && Number.isFinite(x)) &&
  vector.some((x) => x !== 0);
