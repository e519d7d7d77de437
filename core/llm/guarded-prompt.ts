import type { Question } from '../ports';
import type { ChatRequest } from './chat';
import type { CompiledLlm } from './compile-llm';
import { type CompiledGuards, textsOfPrompt } from './guards/compile-guards';
import { canaryOf, withCanary } from './guards/output/leaks';
import type { GuardVerdict } from './guards/run-guards';
import type { CompiledPrompt } from './prompt';

/** The guards of a pipeline, and the secret by which a prompt's mark is made. */
export interface Guarding {
  readonly guards: CompiledGuards;
  readonly secret: string;
}

/** A prompt as the model is given it, and what looking at its answer takes. */
export interface GuardedPrompt {
  readonly messages: ChatRequest['messages'];
  /** What the guards of the input found; nothing where there are none. */
  readonly verdict: GuardVerdict;
  /** Looks at an answer. */
  check(answer: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<GuardVerdict>;
  /** Puts personal data back where the answer may hold it. */
  restore(answer: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
}

const PASSED: GuardVerdict = { verdict: 'pass', reports: [] };

/** Renders a prompt: personal data masked, its texts looked at, a mark in what the system says where that is asked for. */
export async function guardedPrompt(
  { model }: CompiledLlm,
  prompt: CompiledPrompt,
  { input, features }: Question,
  guarding: Guarding | undefined,
  signal: AbortSignal,
): Promise<GuardedPrompt> {
  if (!guarding)
    return {
      messages: prompt.render({ input, features }),
      verdict: PASSED,
      check: () => Promise.resolve(PASSED),
      restore: (answer) => answer,
    };
  const { guards, secret } = guarding;
  const { value: masked, given } = guards.mask({ input, features });
  const data = textsOfPrompt(model.prompts.versions[prompt.version]!, masked);
  const canary = guards.canary ? canaryOf(secret, prompt.hash) : undefined;
  const plain = prompt.render(masked);
  const messages = canary === undefined ? plain : withCanary(plain, canary);
  const system = plain[0]?.role === 'system' ? plain[0].content : '';
  return {
    messages,
    verdict: await guards.input(data, signal),
    check: (answer, patience) => guards.output({ answer, system, data, canary, given }, patience),
    restore: (answer) => guards.restore(answer, given),
  };
}
