import type { DecisionRecord } from '../decision/decision';
import { unknownFields } from '../input/unknown-fields';
import type { InputProblem } from '../input/validate';
import type { PipelineDefinition } from '../pipeline/definition';
import type { Resolution } from '../ports';
import type { Lease } from './ports';

/** What a reviewer decided. */
export interface ResolutionBody {
  readonly lease: string;
  readonly outcome: string;
  readonly reason: string;
  readonly note?: string;
}

/** A pending record after its resolution. */
export function resolveRecord(record: DecisionRecord, { outcome, route, entry }: Resolution): DecisionRecord {
  const { reviewBy, ...rest } = record;
  const toSend = [...record.toSend, 'DecisionResolved' as const];
  return { ...rest, status: 'resolved', outcome, route, history: [...record.history, entry], toSend };
}

/** The resolution, with how long the holder of a lease had had the task when it came. */
export const worked = (resolution: Resolution, { claimedAt }: Lease, now: number): Resolution => ({
  ...resolution,
  entry: { ...resolution.entry, seconds: Math.max(0, Math.round((now - claimedAt) / 1_000)) },
});

/** Characters of a note, and of a lease; the real ones have 43. */
const MOST_NOTE = 1000;
const MOST_LEASE = 200;

/** Reason codes that a reviewer of this pipeline may give. */
export const reviewReasons = ({ review }: PipelineDefinition): string[] => [
  ...new Set([...(review.reasons ?? []), 'OTHER']),
];

/** Every fault of a lease holder's body; `resolution` says whether a resolution is expected beside the lease. */
export function leaseBodyProblems(
  definition: PipelineDefinition,
  body: Readonly<Record<string, unknown>>,
  { resolution }: { readonly resolution: boolean },
): InputProblem[] {
  const problems = unknownFields(body, resolution ? ['lease', 'outcome', 'reason', 'note'] : ['lease']);

  const check = (name: string, code: string, detail: string, fits: (value: unknown) => boolean) => {
    const value = body[name];
    if (value === undefined) problems.push({ pointer: `/${name}`, code: 'REQUIRED', detail: 'is required' });
    else if (!fits(value)) problems.push({ pointer: `/${name}`, code, detail });
  };
  const oneOf = (name: string, values: readonly string[]) =>
    check(name, 'ENUM', `must be one of ${values.join(', ')}`, (value) => values.includes(value as string));

  check('lease', 'LEASE', 'must be the lease that the claim gave', (value) => isText(value, 1, MOST_LEASE));
  if (resolution) {
    oneOf('outcome', definition.decide.outcomes);
    oneOf('reason', reviewReasons(definition));
    if (Object.hasOwn(body, 'note'))
      check('note', 'NOTE', `must be a text of at most ${MOST_NOTE} characters`, (value) =>
        isText(value, 0, MOST_NOTE),
      );
  }
  return problems;
}

const isText = (value: unknown, min: number, max: number): boolean =>
  typeof value === 'string' && value.length >= min && value.length <= max;
