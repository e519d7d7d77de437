import type { DecisionRecord } from '../decision/decision';
import { MICRO, amountsOf } from '../llm/budgets/limits';
import { measureOf } from '../llm/prompt-gate';
import type { PipelineDefinition } from '../pipeline/definition';
import type { Measures } from './tally';

/** What is counted of each decision that a language model was asked about. */
export const TOKENS = { input: 'llm/inputTokens', output: 'llm/outputTokens' } as const;
/** What these cost, in the currency of the definition's prices. */
export const MODEL_COST = 'llm/cost';
/** Beginning of what is counted of guards: `guard/<name>/flagged`, `guard/<name>/failed`. */
export const GUARD = 'guard/';
/** 1 where the first answer could not be used, 0 where it could. */
export const UNUSABLE = 'llm/unusable';

/** What a decision measures of its language model and of its prompt; undefined where none was asked. */
export function llmMeasures(
  { llm, modelScore, timings }: DecisionRecord,
  { model }: Pick<PipelineDefinition, 'model'>,
): Measures | undefined {
  if (!llm || model.kind !== 'llm') return undefined;
  const { limits, prompts } = model;
  const { gate = {} } = prompts;
  const { prompt, calls, inputTokens, outputTokens } = llm;
  const { slow, costly } = gate;
  // Where there was no answer at all, nobody knows whether it could have been used.
  const unusable = calls > 1 ? true : modelScore === null ? undefined : false;
  const faults = {
    unanswered: modelScore === null,
    ...(unusable === undefined ? {} : { unusable }),
    ...(slow ? { slow: timings.modelMs > slow.ms } : {}),
    ...(costly ? { costly: inputTokens + outputTokens > costly.tokens } : {}),
  };
  return {
    [TOKENS.input]: inputTokens,
    [TOKENS.output]: outputTokens,
    ...(limits.prices ? { [MODEL_COST]: amountsOf({ inputTokens, outputTokens }, limits.prices).money / MICRO } : {}),
    ...(unusable === undefined ? {} : { [UNUSABLE]: Number(unusable) }),
    ...Object.fromEntries((llm.guards ?? []).map(({ guard, result }) => [`${GUARD}${guard}/${result}`, 1])),
    ...Object.fromEntries(Object.entries(faults).map(([fault, had]) => [measureOf(prompt, fault), Number(had)])),
  };
}
