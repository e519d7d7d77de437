import type { Decision, HistoryEntry, Truth } from '../../core/decision/decision';
import type { Explanation } from '../../core/explanation/explanation';

/** What `GET /decisions/{id}` answers, as far as it is printed. */
export interface Answer extends Decision {
  readonly history: readonly HistoryEntry[];
  readonly explanation: Explanation;
  /** What turned out to be true, once that is known. */
  readonly truth?: Truth;
}

/** Takes JSON for an answer; undefined where it is none. */
export function asAnswer(value: unknown): Answer | undefined {
  const { id, reasons, history, explanation } = (value ?? {}) as Partial<Record<keyof Answer, unknown>>;
  const isAnswer =
    typeof id === 'string' &&
    Array.isArray(reasons) &&
    Array.isArray(history) &&
    explanation !== null &&
    typeof explanation === 'object';
  return isAnswer ? (value as Answer) : undefined;
}

/** What would command a terminal, or turn the direction of a text around. */
const COMMANDING = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

/** The same with texts that a terminal only shows: inputs and notes hold what anybody wrote. */
export const harmless = (answer: Answer): Answer =>
  JSON.parse(JSON.stringify(answer), (_, value: unknown) =>
    typeof value === 'string' ? value.replace(COMMANDING, ' ') : value,
  ) as Answer;
