import type { PromptStore } from '../../adapters/dynamo-prompts';
import { readPromptRequest, wantedPrompts } from '../../core/llm/prompt-request';
import { presentPrompts, promptsUnder, setPrompts } from '../../core/llm/prompt-state';
import type { Prompts } from '../../core/llm/settings';
import { type ApiResponse, json, problem } from '../_runtime/http';
import { logInfo } from '../_runtime/log';
import { systemClock } from '../_runtime/system-clock';

/** PUT /prompts: makes another version live, tries one on a share of the decisions, or goes back to what was before. */
export async function putPrompts(
  store: PromptStore,
  prompts: Prompts,
  body: Readonly<Record<string, unknown>>,
  by: string,
): Promise<ApiResponse> {
  const read = readPromptRequest(body, Object.keys(prompts.versions));
  if ('problems' in read)
    return problem(422, 'BODY_INVALID', 'The body does not say what this call needs.', { problems: read.problems });
  for (;;) {
    const seen = promptsUnder(await store.read(), prompts);
    const to = wantedPrompts(read.request, seen);
    if (!to) return problem(409, 'NOTHING_BEFORE', 'No candidate is tried, and no other version has been live.');
    const at = new Date(systemClock.now()).toISOString();
    const { state, change } = setPrompts(seen, { to, reason: read.request.reason, by, at });
    // The evaluation, or another operator, may have been quicker: then what they did is what is changed.
    if (!(await store.write(seen, state, change))) continue;
    logInfo('prompts set', { live: to.live, candidate: to.candidate?.version ?? 'none' });
    return json(200, presentPrompts(state));
  }
}
