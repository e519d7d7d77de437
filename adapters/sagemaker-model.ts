import { InvokeEndpointCommand, type SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import type { ModelAnswer } from '../core/decision/model-answer';
import type { ModelClient } from '../core/ports';

/** A model behind a SageMaker endpoint: one CSV row in, one probability out. */
export function sagemakerModel(client: SageMakerRuntimeClient, endpointName: string, variant?: string): ModelClient {
  return {
    async predict(row, signal) {
      try {
        const { Body } = await client.send(
          new InvokeEndpointCommand({
            EndpointName: endpointName,
            ContentType: 'text/csv',
            Accept: 'text/csv',
            Body: row,
            ...(variant === undefined ? {} : { TargetVariant: variant }),
          }),
          { abortSignal: signal },
        );
        return readScore(Body?.transformToString('utf-8') ?? '');
      } catch (error) {
        if (signal.aborted) return { failed: 'MODEL_TIMEOUT' };
        return { failed: isThrottling(error) ? 'MODEL_THROTTLED' : 'MODEL_ERROR' };
      }
    },
  };
}

/** SageMaker's limits, and those of a serverless endpoint's concurrency. */
const isThrottling = (error: unknown): boolean =>
  error instanceof Error &&
  (error.name === 'ThrottlingException' ||
    (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode === 429);

/** A number is shorter than this; so a long answer costs nothing to refuse. */
const LONGEST_ANSWER = 64;
const NUMBER = /^\s*[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?\s*$/;

/** The first number of a CSV answer. Anything else than one finite number is no answer. */
export function readScore(body: string): ModelAnswer {
  return body.length <= LONGEST_ANSWER && NUMBER.test(body) ? { score: Number(body) } : { failed: 'MODEL_INVALID' };
}
