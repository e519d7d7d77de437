import type { DecideResult } from '../../core/decision/decide-request';
import { presentDecision } from '../../core/decision/decision';
import { type ApiResponse, json, problem } from '../_runtime/http';
import { refuseGaps } from '../_runtime/refuse-gaps';
import { refuseLimited } from '../_runtime/refuse-limited';
import { refuseHalted } from '../_runtime/refuse-halted';

/** The answer to POST /decisions. */
export function present(result: DecideResult): ApiResponse {
  switch (result.kind) {
    case 'decided':
    case 'replayed': {
      const headers: Record<string, string> = result.kind === 'replayed' ? { 'idempotent-replayed': 'true' } : {};
      return json(result.record.status === 'pending_review' ? 202 : 200, presentDecision(result.record), headers);
    }
    case 'too_large':
      return problem(413, 'INPUT_TOO_LARGE', 'The input, or what is worked out from it, is too large to be recorded.');
    case 'limited':
      return refuseLimited(result.limited);
    case 'conflict':
      return problem(409, 'KEY_REUSED', 'This key was already used with another input.');
    case 'rejected':
      return refuseGaps(result.gaps);
    case 'overloaded':
      return problem(503, 'OVERLOADED', 'Too much to do just now. Try again with the same idempotency key.', {
        headers: { 'retry-after': String(Math.ceil(result.retryAfterMs / 1000)) },
      });
    case 'halted':
      return refuseHalted();
  }
}
