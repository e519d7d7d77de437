import type { SkipCause } from '../../core/simulation/report';

/** Why rows of history are left out, and what helps. */
const CAUSES: Readonly<Record<SkipCause, string>> = {
  LABEL_UNKNOWN: 'the column of history.label holds none of decide.labels',
  TIME_INVALID: 'the column of history.at holds no ISO 8601 time',
  INPUT_INVALID: 'the values do not fit the schema of the input',
  OUT_OF_ORDER: 'it is earlier than a row before it: sort the file by its time',
  COST_UNRESOLVED: 'a cost has no value for it',
  FEATURES_MISSING: 'a feature is missing, and such requests are refused',
  NO_OUTCOME: 'its fallback ends in no outcome, which can be neither right nor wrong',
};

/** What a cause means, in words; empty for one that has none. */
export const inWords = (cause: string): string => (CAUSES as Readonly<Record<string, string>>)[cause] ?? '';
