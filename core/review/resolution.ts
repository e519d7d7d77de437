import type { InputProblem } from '../input/validate';
import type { PipelineDefinition } from '../pipeline/definition';

/** What a reviewer decided. */
export interface ResolutionBody {
  readonly lease: string;
  readonly outcome: string;
  readonly reason: string;
  readonly note?: string;
}

const MOST_NOTE = 1000;

/** Reason codes that a reviewer of this pipeline may give. */
export const reviewReasons = ({ review }: PipelineDefinition): string[] => [...new Set([...(review.reasons ?? []), 'OTHER'])];

/** Every fault of a lease holder's body; `resolution` says whether a resolution is expected beside the lease. */
export function leaseBodyProblems(
  definition: PipelineDefinition,
  body: Readonly<Record<string, unknown>>,
  { resolution }: { readonly resolution: boolean },
): InputProblem[] {
  const known = resolution ? ['lease', 'outcome', 'reason', 'note'] : ['lease'];
  const problems: InputProblem[] = Object.keys(body)
    .filter((name) => !known.includes(name))
    .map((name) => ({ pointer: `/${name.slice(0, 200).replace(/~/g, '~0').replace(/\//g, '~1')}`, code: 'UNKNOWN_FIELD', detail: `is none of ${known.join(', ')}` }));
  const oneOf = (name: string, values: readonly string[]) => {
    const value = body[name];
    if (value === undefined) problems.push({ pointer: `/${name}`, code: 'REQUIRED', detail: 'is required' });
    else if (!values.includes(value as string)) problems.push({ pointer: `/${name}`, code: 'ENUM', detail: `must be one of ${values.join(', ')}` });
  };
  if (typeof body.lease !== 'string' || body.lease.length === 0 || body.lease.length > 200)
    problems.push({ pointer: '/lease', code: 'REQUIRED', detail: 'must be the lease that the claim gave' });
  if (resolution) {
    oneOf('outcome', definition.decide.outcomes);
    oneOf('reason', reviewReasons(definition));
    if (body.note !== undefined && (typeof body.note !== 'string' || body.note.length > MOST_NOTE))
      problems.push({ pointer: '/note', code: 'MAX_LENGTH', detail: `must be a text of at most ${MOST_NOTE} characters` });
  }
  return problems;
}
