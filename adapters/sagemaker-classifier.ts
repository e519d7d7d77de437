import { InvokeEndpointCommand, type SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import type { Classified, TextClassifier } from '../core/llm/guards/ports';
import type { ClassifierUse } from '../core/llm/guards/settings';

/** A classifier has some labels, not thousands. */
const LONGEST_ANSWER = 64 * 1024;

/**
 * A classifier of texts behind a SageMaker endpoint, in the form of Hugging Face's text classification: `{"inputs": text}`
 * in, labels and their scores out.
 */
export function sagemakerClassifier(
  client: SageMakerRuntimeClient,
  { endpoint, attack }: ClassifierUse,
): TextClassifier {
  return {
    async classify(text, signal) {
      try {
        const { Body } = await client.send(
          new InvokeEndpointCommand({
            EndpointName: endpoint,
            ContentType: 'application/json',
            Accept: 'application/json',
            // Some scripts have more tokens to a text than the model reads; without this it would refuse them.
            Body: JSON.stringify({ inputs: text, parameters: { truncation: true } }),
          }),
          { abortSignal: signal },
        );
        return readLabels(Body?.transformToString('utf-8') ?? '', attack);
      } catch {
        return { failed: signal.aborted ? 'slow' : 'error' };
      }
    },
  };
}

interface Label {
  readonly label: string;
  readonly score: number;
}

/**
 * The scores of the labels that mean an attack. An endpoint may tell its likeliest label alone; of a harmless one the
 * rest could be an attack. Several labels without one that means an attack are no answer: the definition names others.
 */
export function readLabels(body: string, attack: readonly string[]): Classified {
  const labels = labelsIn(body);
  if (!labels) return { failed: 'garbage' };
  const attacks = labels.filter(({ label }) => attack.includes(label));
  if (attacks.length === 0 && labels.length > 1) return { failed: 'garbage' };
  const score = attacks.length > 0 ? attacks.reduce((sum, one) => sum + one.score, 0) : 1 - labels[0]!.score;
  return { score: Math.min(1, score) };
}

function labelsIn(body: string): readonly Label[] | undefined {
  if (body.length > LONGEST_ANSWER) return undefined;
  let answer: unknown;
  try {
    answer = JSON.parse(body);
  } catch {
    return undefined;
  }
  const inner: unknown = Array.isArray(answer) && answer.length === 1 && Array.isArray(answer[0]) ? answer[0] : answer;
  if (!Array.isArray(inner) || inner.length === 0 || !inner.every(isLabel)) return undefined;
  return new Set(inner.map(({ label }) => label)).size === inner.length ? inner : undefined;
}

function isLabel(given: unknown): given is Label {
  if (typeof given !== 'object' || given === null) return false;
  const { label, score } = given as { readonly label?: unknown; readonly score?: unknown };
  return typeof label === 'string' && typeof score === 'number' && score >= 0 && score <= 1;
}
