import type { DecideRequest, DecideResult } from '../decision/decide-request';
import type { DecisionRecord } from '../decision/decision';
import type { InputProblem } from '../input/validate';

/** Why a request can never be decided. Codes and places only: values are personal data. */
export interface Poison {
  readonly code: string;
  readonly problems?: readonly InputProblem[];
}

/** Reads `{ key?, input }` from a text and validates the input. */
export type ReadRequest = (
  text: string,
) =>
  | { readonly key?: string | undefined; readonly input: DecideRequest['input'] }
  | { readonly poison: Poison; readonly key?: string };

/** It waits: nothing is wrong with what decides. */
export class NotNow extends Error {
  override readonly name = 'NotNow';

  /** `code`: what it waits for, such as `HALTED`. */
  constructor(readonly code: string) {
    super(`It waits: ${code}.`);
  }
}

/**
 * What is to be done with a request that nobody waits for: it is decided, or can never be. Throws NotNow where it may be
 * decided later.
 */
export function settle(result: DecideResult): { readonly record: DecisionRecord } | { readonly poison: Poison } {
  switch (result.kind) {
    case 'decided':
    case 'replayed':
      return { record: result.record };
    case 'conflict':
      return { poison: { code: 'KEY_REUSED' } };
    case 'too_large':
      return { poison: { code: 'INPUT_TOO_LARGE' } };
    case 'rejected': {
      const causes = Object.values(result.gaps);
      // A store that is down will be up again; an item that is not there may never be.
      if (causes.some((cause) => cause === 'unavailable' || cause === 'circuit_open'))
        throw new NotNow('FEATURE_STORE_UNAVAILABLE');
      return { poison: { code: `FEATURES_${causes[0]!.toUpperCase()}` } };
    }
    case 'limited':
      // A window ends; a request that is too large stays so.
      if (result.limited.resetsAt === undefined) return { poison: { code: 'PROMPT_TOO_LARGE' } };
      throw new NotNow('MODEL_LIMITED');
    case 'halted':
      throw new NotNow('HALTED');
    case 'overloaded':
      throw new NotNow(result.because ?? 'OVERLOADED');
  }
}
