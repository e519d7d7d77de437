import { presentDecision } from '../../core/decision/decision';
import type { PipelineDefinition } from '../../core/pipeline/definition';
import type { Resolution } from '../../core/ports';
import { hashLease } from '../../core/review/lease';
import type { LeaseClaim } from '../../core/review/ports';
import { type ResolutionBody, leaseBodyProblems, resolveRecord } from '../../core/review/resolution';
import { type ApiRequest, type ApiResponse, json, problem } from '../_runtime/http';
import { logError } from '../_runtime/log';
import { readBody } from '../_runtime/read-input';
import type { ReviewPorts } from './ports';

interface Call {
  readonly request: ApiRequest;
  readonly id: string;
  readonly sub: string;
  readonly now: number;
}

/** heartbeat, release and resolution: what the holder of a lease may do. */
export function leaseCalls(
  definition: PipelineDefinition,
  { store, leases, queue, workflow }: ReviewPorts,
  leaseMs: number,
) {
  const lost = () =>
    problem(409, 'LEASE_LOST', "This lease is spent, has expired or is another reviewer's. Claim again.");
  // The lease and the record are what counts. Should the queue or the workflow fail here, they catch up by themselves:
  // the message returns and is found stale, and the workflow's time runs out on a review that has ended.
  const attempt = (id: string, what: Promise<void>) =>
    what.catch((error: unknown) => logError('review follow-up failed', error, { id }));

  const actions: Record<string, (claim: LeaseClaim, body: ResolutionBody) => Promise<ApiResponse>> = {
    async heartbeat(claim) {
      const lease = await leases.extend(claim, claim.now + leaseMs);
      if (!lease) return lost();
      await attempt(claim.id, queue.hide(lease.receipt, Math.ceil(leaseMs / 1000)));
      return json(200, { id: claim.id, expiresAt: new Date(lease.expiresAt).toISOString() });
    },
    async release(claim) {
      const lease = await leases.release(claim);
      if (!lease) return lost();
      await attempt(claim.id, queue.hide(lease.receipt, 0));
      return json(200, { id: claim.id });
    },
    async resolution(claim, { outcome, reason, note }) {
      const { id, sub, now } = claim;
      // Read first: once the review has ended, nothing may keep the reviewer from hearing of it.
      const record = await store.get(id);
      if (!record) return lost();
      const entry = {
        at: new Date(now).toISOString(),
        type: 'ReviewResolved',
        by: sub,
        reason,
        ...(note ? { note } : {}),
      };
      const resolution: Resolution = { id, outcome, route: 'review', entry };
      const result = await leases.resolve(claim, resolution);
      if ('refused' in result)
        return result.refused === 'lease' ? lost() : problem(409, 'ALREADY_RESOLVED', 'This review has already ended.');
      await Promise.all([
        attempt(id, workflow.finish(result.lease.taskToken, outcome)),
        attempt(id, queue.remove(result.lease.receipt)),
      ]);
      return json(200, presentDecision(resolveRecord(record, resolution)));
    },
  };

  return async (action: string, { request, id, sub, now }: Call): Promise<ApiResponse> => {
    const act = actions[action];
    if (!act) return problem(404, 'NOT_FOUND', 'There is nothing at this path.');
    const read = readBody(request);
    if ('refusal' in read) return read.refusal;
    const problems = leaseBodyProblems(definition, read.body, { resolution: action === 'resolution' });
    if (problems.length > 0)
      return problem(422, 'BODY_INVALID', 'The body does not say what this call needs.', { problems });
    const body = read.body as unknown as ResolutionBody;
    return act({ id, hash: hashLease(body.lease), sub, now }, body);
  };
}
