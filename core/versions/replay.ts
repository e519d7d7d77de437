import type { DecisionRecord } from '../decision/decision';
import type { Artifact } from '../pipeline/artifact';
import { decideRecordOn } from './compare-decisions';
import { NO_OUTCOME } from './flip-report';
import { compileSide, rescored } from './side';

/** Why a decision is not decided again. */
export type NotReplayed = 'OTHER_PIPELINE' | 'FORGOTTEN' | 'PENDING' | 'REVIEWED';

/** What deciding a request again would come to. */
export interface Replay {
  readonly from: string;
  /** Undefined where it cannot be told beforehand: the model or the feature store has to be asked. */
  readonly to: string | undefined;
}

/**
 * Prepares what a definition would make of decisions again, with all parts in order: in `normal` mode, with the model's
 * answer, and with what was looked up then.
 */
export function compileReplay(artifact: Artifact): (record: DecisionRecord) => Replay | { readonly not: NotReplayed } {
  const side = compileSide(artifact);
  return (record) => {
    const { status, route, outcome, gaps, modelScore, version } = record;
    if (record.pipeline !== artifact.definition.name) return { not: 'OTHER_PIPELINE' };
    if (record.forgotten) return { not: 'FORGOTTEN' };
    if (status === 'pending_review') return { not: 'PENDING' };
    // What a person has decided stands.
    if (route === 'review') return { not: 'REVIEWED' };
    const from = outcome ?? NO_OUTCOME;
    if (Object.values(gaps).some((gap) => gap === 'unavailable' || gap === 'circuit_open'))
      return { from, to: undefined };
    const { asked: _, ...alone } = record;
    const decided = decideRecordOn(
      side,
      alone,
      (cells) =>
        modelScore !== null && version === artifact.version
          ? { score: modelScore }
          : rescored(side, cells, 'NEEDS_MODEL'),
      'normal',
    );
    return { from, to: 'unknown' in decided ? undefined : decided.choice };
  };
}
