import { failureText } from '../../core/decision/model-answer';
import type { scoreRequest } from '../../core/decision/score-request';
import { type ApiResponse, json, problem } from '../_runtime/http';
import { refuseGaps } from '../_runtime/refuse-gaps';
import { refuseLimited } from '../_runtime/refuse-limited';
import { refuseHalted } from '../_runtime/refuse-halted';

/** The answer to POST /scores. */
export function present(result: Awaited<ReturnType<typeof scoreRequest>>): ApiResponse {
  if ('gaps' in result) return refuseGaps(result.gaps);
  if ('halted' in result) return refuseHalted();
  if ('failed' in result && result.llm?.limited) return refuseLimited(result.llm.limited);
  if ('failed' in result)
    return problem(503, result.failed, `The model ${failureText(result.failed)}.`, { headers: { 'retry-after': '1' } });
  return json(200, result);
}
