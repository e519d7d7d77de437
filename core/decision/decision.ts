import type { LlmTrace } from '../llm/trace';
import type { ModelAnswer } from './model-answer';

/** Who decided. */
export type Route = 'automated' | 'heuristic' | 'review' | 'safe_default';

export type Status = 'decided' | 'pending_review' | 'resolved';

export const MODES = ['normal', 'cautious', 'review_all', 'fallback', 'halt'] as const;
/** How much the pipeline decides alone; read with the features of each request. */
export type Mode = (typeof MODES)[number];

/** Why a decision is what it is. Holds scores, costs and expressions, never values of the input. */
export interface Reason {
  readonly code: string;
  readonly detail: string;
}

/** What a pipeline says about one request; the form of every response, event and record. */
export interface Decision {
  readonly id: string;
  readonly pipeline: string;
  /** The artifact's hash. */
  readonly version: string;
  /** When the request came in (ISO 8601). */
  readonly at: string;
  readonly status: Status;
  /** Null while a person is to decide, and where the safe default is the null response. */
  readonly outcome: string | null;
  readonly route: Route;
  readonly reasons: readonly Reason[];
  /** Calibrated probability of the model's label; null when the model gave no answer. */
  readonly score: number | null;
  /** Probability that the policy's choice is the right one; null where the policy did not choose. */
  readonly confidence: number | null;
  readonly mode: Mode;
  readonly timings: Timings;
  /** The decision in whose place this one is: the same request, decided again. */
  readonly replayOf?: string;
}

/** Whole milliseconds. `totalMs` is from the handler's entry until the record is ready to be written. */
export interface Timings {
  readonly totalMs: number;
  readonly featuresMs: number;
  readonly modelMs: number;
}

export const EVENT_TYPES = ['DecisionMade', 'ReviewRequested', 'DecisionResolved', 'OutcomeRecorded'] as const;
export type DecisionEventType = (typeof EVENT_TYPES)[number];

export interface HistoryEntry {
  readonly at: string;
  readonly type: string;
  /** The person or part that did it. */
  readonly by?: string;
  readonly reason?: string;
  readonly note?: string;
  /** Of a resolution: for how long the reviewer had had the task. */
  readonly seconds?: number;
}

/** What turned out to be true, as a caller reported it. */
export interface Truth {
  /** One of the definition's `decide.labels`. */
  readonly label: string;
  /** When it was recorded (ISO 8601). */
  readonly at: string;
  /** When it was observed (ISO 8601), if the caller said so. */
  readonly observedAt?: string;
}

export interface RecordedTruth extends Truth {
  /** The caller who reported it. */
  readonly by: string;
}

/** A looked-up item as it was read, or why it could not be. */
export type LookupRead =
  | { readonly item: Readonly<Record<string, unknown>> }
  | { readonly failed: 'missing' | 'unavailable' | 'circuit_open' };

/** One decision as it is kept: also its idempotency record, and the outbox of its events. */
export interface DecisionRecord extends Decision {
  readonly caller: string;
  /** SHA-256 of the canonical input: the same key with another input is a conflict. */
  readonly inputHash: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly features: Readonly<Record<string, unknown>>;
  /** Looked-up features that were not there or too old, by lookup. */
  readonly gaps: Readonly<Record<string, GapCause>>;
  /** How long ago what was looked up had been written, in seconds, by lookup; those that say so. */
  readonly ages?: Readonly<Record<string, number>>;
  /** What a sampled decision would have been, had it not been drawn for a blind review. */
  readonly sampled?: string;
  /** Reviews that were waiting, where the policy heeds them. */
  readonly backlog?: number;
  /** The model's own answer, before calibration. */
  readonly modelScore: number | null;
  /** How the model was asked and what it took, where it is a language model. */
  readonly llm?: LlmTrace;
  /** What other endpoints of the fallback chain answered, by name; those that were asked. */
  readonly asked?: Readonly<Record<string, ModelAnswer>>;
  readonly history: readonly HistoryEntry[];
  /** When what it said of a person was erased, by whom and why; then input, features and scores are empty. */
  readonly forgotten?: { readonly at: string; readonly by: string; readonly reason: string };
  /** Once it is known. */
  readonly truth?: RecordedTruth;
  /** When a pending review ends in the safe default (ISO 8601). */
  readonly reviewBy?: string;
  /** Events that have not been sent yet. */
  readonly toSend: readonly DecisionEventType[];
}

/**
 * `aged`: older than `maxAge`, and used none the less, with less confidence. `circuit_open`: the store was not asked,
 * since it has been failing.
 */
export const GAP_CAUSES = ['missing', 'stale', 'aged', 'invalid', 'unavailable', 'circuit_open'] as const;
export type GapCause = (typeof GAP_CAUSES)[number];

/** Whether nobody may see yet what the pipeline would have decided: who reviews a sample must not be led by it. */
export const isBlind = ({ sampled, status }: Pick<DecisionRecord, 'sampled' | 'status'>): boolean =>
  sampled !== undefined && status === 'pending_review';

/** How a language model was asked and what it answered, as far as whoever looks may know. */
export const presentAsked = (record: DecisionRecord): Pick<DecisionRecord, 'llm'> =>
  record.llm === undefined || isBlind(record) ? {} : { llm: record.llm };

/** The public part of a record. */
export function presentDecision(record: Decision & { readonly sampled?: string }): Decision {
  const { id, pipeline, version, at, status, outcome, route, reasons, mode, timings, replayOf } = record;
  const { score, confidence } = isBlind(record) ? { score: null, confidence: null } : record;
  const replay = replayOf === undefined ? {} : { replayOf };
  return { id, pipeline, version, at, status, outcome, route, reasons, score, confidence, mode, timings, ...replay };
}

/** The public part of a record, with the truth where it is known. */
export function presentLabelled(record: DecisionRecord): Decision & { readonly truth?: Truth } {
  return { ...presentDecision(record), ...(record.truth ? { truth: presentTruth(record.truth) } : {}) };
}

/** The truth without who reported it, which the history tells. */
export const presentTruth = ({ label, at, observedAt }: Truth): Truth => ({
  label,
  at,
  ...(observedAt ? { observedAt } : {}),
});
