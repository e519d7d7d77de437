import { type Limited, rateLimitFields } from '../../core/llm/budgets/refusal';
import { type ApiResponse, problem } from './http';
import { systemClock } from './system-clock';

/** Refuses what a limit of the language model stops: with the limit, what is left of it, and when it begins anew. */
export function refuseLimited(limited: Limited): ApiResponse {
  if (limited.resetsAt === undefined)
    return problem(413, 'PROMPT_TOO_LARGE', 'The request has more tokens than one may have.', { limited });
  const detail = `The ${limited.scope}'s limit ${limited.limit} is used up until ${limited.resetsAt}.`;
  return problem(429, 'MODEL_LIMITED', detail, { limited, headers: rateLimitFields(limited, systemClock.now()) });
}
