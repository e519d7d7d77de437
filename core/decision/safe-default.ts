import type { PipelineDefinition } from '../pipeline/definition';

/** What an expired review, or a fallback chain that ran out, ends in: an outcome, or the safe null response. */
export function safeDefaultOutcome({ fallback }: PipelineDefinition): string | null {
  const last = fallback.at(-1);
  return last?.step === 'safe_default' ? last.outcome : null;
}
