import { MOST_REASON } from '../control/mode-request';
import { unknownFields } from '../input/unknown-fields';
import type { InputProblem } from '../input/validate';
import type { PromptState, PromptTrial, PromptUse } from './prompt-state';

/** What an operator wants: another live version, a candidate or none, or what was before. */
export type PromptRequest = { readonly reason: string } & (
  { readonly live: string } | { readonly candidate: PromptTrial | null } | { readonly rollback: true }
);

/** Reads the body of PUT /prompts; every fault where it is none. */
export function readPromptRequest(
  body: Readonly<Record<string, unknown>>,
  versions: readonly string[],
): { readonly request: PromptRequest } | { readonly problems: readonly InputProblem[] } {
  const { live, candidate, rollback, reason } = body;
  const problems = unknownFields(body, ['live', 'candidate', 'rollback', 'reason']);
  const refuse = (pointer: string, code: string, detail: string) => problems.push({ pointer, code, detail });
  const version = (value: unknown, pointer: string) => {
    if (!(typeof value === 'string' && versions.includes(value)))
      refuse(pointer, 'ENUM', `must be one of ${versions.join(', ')}`);
  };
  if ([live, candidate, rollback].filter((one) => one !== undefined).length !== 1)
    refuse('/live', 'PROMPTS', 'give one of live, candidate and rollback');
  if (live !== undefined) version(live, '/live');
  if (rollback !== undefined && rollback !== true) refuse('/rollback', 'ROLLBACK', 'must be true');
  if (candidate !== undefined && candidate !== null) {
    const { version: tried, share, ...more } = candidate as Record<string, unknown>;
    for (const name of Object.keys(more)) refuse('/candidate', 'UNKNOWN_FIELD', `${name} is none of version, share`);
    version(tried, '/candidate/version');
    if (!(typeof share === 'number' && share > 0 && share <= 1))
      refuse('/candidate/share', 'SHARE', 'must be a share of the decisions, above 0 and at most 1');
  }
  if (!(typeof reason === 'string' && reason.trim() !== '' && reason.length <= MOST_REASON))
    refuse('/reason', reason === undefined ? 'REQUIRED' : 'REASON', `must be a text of 1 to ${MOST_REASON} characters`);
  return problems.length > 0 ? { problems } : { request: body as unknown as PromptRequest };
}

/** The prompts that a request leads to; undefined where there is nothing to roll back. */
export function wantedPrompts(request: PromptRequest, { live, candidate, before }: PromptState): PromptUse | undefined {
  // What becomes live is tried no more.
  if ('live' in request)
    return { live: request.live, candidate: candidate?.version === request.live ? null : candidate };
  if ('candidate' in request) return { live, candidate: request.candidate };
  if (candidate !== null) return { live, candidate: null };
  return before === null ? undefined : { live: before, candidate: null };
}
