import { randomBytes } from 'node:crypto';
import type { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { sagemakerClassifier } from '../../adapters/sagemaker-classifier';
import { compileGuards } from '../../core/llm/guards/compile-guards';
import type { Guarding } from '../../core/llm/guarded-prompt';
import { loadInjectionModel } from '../../core/llm/injection-model';
import type { LlmModel } from '../../core/llm/settings';
import { systemClock } from './system-clock';

// A module of its own, for it brings weights: only functions of pipelines with guards load it.

/** A prompt's mark need only be the same from the question to its answer. */
const secret = randomBytes(32).toString('hex');

/** The guards of a language model, where it has any. */
export function guardingOf({ guards }: LlmModel, client: SageMakerRuntimeClient): Guarding | undefined {
  if (!guards) return undefined;
  const classifier = (use: Parameters<typeof sagemakerClassifier>[1]) => sagemakerClassifier(client, use);
  return { guards: compileGuards(guards, { model: loadInjectionModel(), classifier, clock: systemClock }), secret };
}
