import { InvokeEndpointCommand, type SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import type { ModelAnswer } from '../core/decision/model-answer';
import type { RowsModel } from '../core/model/coalesce';
import type { ModelClient } from '../core/ports';

/** A model behind a SageMaker endpoint: one CSV row in, one probability out. */
export function sagemakerModel(
  client: SageMakerRuntimeClient,
  endpointName: string,
  variant?: string,
): ModelClient<string> {
  const rows = sagemakerRows(client, endpointName, variant);
  return { predict: (row, signal) => rows.predict([row], signal).then(([answer]) => answer!) };
}

/** The same of many rows: as many probabilities, which the container parts by commas or by lines. */
export function sagemakerRows(client: SageMakerRuntimeClient, endpointName: string, variant?: string): RowsModel {
  return {
    async predict(rows, signal) {
      const all = (answer: ModelAnswer) => rows.map(() => answer);
      try {
        const { Body } = await client.send(
          new InvokeEndpointCommand({
            EndpointName: endpointName,
            ContentType: 'text/csv',
            Accept: 'text/csv',
            Body: rows.join('\n'),
            ...(variant === undefined ? {} : { TargetVariant: variant }),
          }),
          { abortSignal: signal },
        );
        return readScores(Body?.transformToString('utf-8') ?? '', rows.length);
      } catch (error) {
        if (signal.aborted) return all({ failed: 'MODEL_TIMEOUT' });
        return all({ failed: isThrottling(error) ? 'MODEL_THROTTLED' : 'MODEL_ERROR' });
      }
    },
  };
}

/** SageMaker's limits, and those of a serverless endpoint's concurrency. */
export const isThrottling = (error: unknown): boolean =>
  error instanceof Error &&
  (error.name === 'ThrottlingException' ||
    (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode === 429);

/** A number is shorter than this; so a long answer costs nothing to refuse. */
const LONGEST_ANSWER = 64;
const NUMBER = /^\s*[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?\s*$/;

/** As many answers as there were rows; another number of them is no answer to any. */
export function readScores(body: string, rows: number): ModelAnswer[] {
  if (rows === 1) return [readScore(body)];
  const parts = body.length <= rows * LONGEST_ANSWER ? body.trim().split(/[,\n]/) : [];
  return Array.from({ length: rows }, (_, i) => readScore(parts.length === rows ? parts[i]! : ''));
}

/** The first number of a CSV answer. Anything else than one finite number is no answer. */
export function readScore(body: string): ModelAnswer {
  return body.length <= LONGEST_ANSWER && NUMBER.test(body) ? { score: Number(body) } : { failed: 'MODEL_INVALID' };
}
