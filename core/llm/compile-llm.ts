import { durationMs } from '../pipeline/duration';
import type { Scope } from '../rules/expressions';
import type { StreamLimits } from './chat';
import { type CompiledPrompt, compilePrompt } from './prompt';
import type { LlmModel } from './settings';

/** A language model's part of a definition, made ready at init. */
export interface CompiledLlm {
  readonly model: LlmModel;
  readonly labels: readonly string[];
  readonly prompts: ReadonlyMap<string, CompiledPrompt>;
  /** The version that is asked. */
  readonly live: CompiledPrompt;
  readonly stream: StreamLimits;
}

export function compileLlm(model: LlmModel, labels: readonly string[], scope: Scope): CompiledLlm {
  const { prompts, stream = {} } = model;
  const versions = Object.entries(prompts.versions).map(
    ([version, prompt]) => [version, compilePrompt(version, prompt, scope)] as const,
  );
  const compiled = new Map(versions);
  return {
    model,
    labels,
    prompts: compiled,
    live: compiled.get(prompts.live)!,
    stream: {
      firstTokenMs: durationMs(stream.firstToken) ?? Infinity,
      betweenTokensMs: durationMs(stream.betweenTokens) ?? Infinity,
    },
  };
}
