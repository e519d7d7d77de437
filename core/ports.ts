import type { ModelAnswer } from './decision/model-answer';
import type { PromptState, PromptUse } from './llm/prompt-state';
import type { RowSource } from './model/encoding';
import type {
  DecisionEventType,
  DecisionRecord,
  HistoryEntry,
  LookupRead,
  Mode,
  RecordedTruth,
} from './decision/decision';

/** Time, as an argument: adapters read the wall clock, tests move their own. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** A signal that aborts after so many milliseconds. It bounds what is under way: it does not keep a process alive. */
  timeout(ms: number): AbortSignal;
  /** Resolves after so many milliseconds, and keeps the process alive until then: work may wait for this alone. */
  sleep(ms: number): Promise<void>;
}

/** What a request needs to read, fetched together in one call. */
export interface FirstReadRequest {
  readonly lookups: readonly { readonly name: string; readonly key: string; readonly fields: readonly string[] }[];
  /** The decision that an idempotency key names, if there is a key. */
  readonly id?: string | undefined;
}

export interface FirstReadResult {
  readonly lookups: Readonly<Record<string, LookupRead>>;
  /** Undefined when it could not be read. */
  readonly mode: Mode | undefined;
  /** Reviews that waited when that was last counted; it is read with the mode. */
  readonly backlog?: number | undefined;
  /** What was set of a language model's prompts; undefined where nothing was, or it could not be read. */
  readonly prompts?: PromptState | undefined;
  readonly earlier?: DecisionRecord | undefined;
}

export interface FirstRead {
  /** Never throws: what could not be read is named as such. */
  read(request: FirstReadRequest, signal: AbortSignal): Promise<FirstReadResult>;
}

/** What a model is asked about: the values of one request, and whose it is. */
export interface Question extends RowSource {
  /** The decision's; empty where there will be none. */
  readonly id: string;
  /** The prompts in use, as far as they are known to be others than the definition's. */
  readonly prompts?: PromptUse | undefined;
  readonly caller: string;
}

/** A model that is asked about requests, or in whatever form it `Takes` them. */
export interface ModelClient<Takes = Question> {
  /** Never throws: a failure is an answer. */
  predict(asked: Takes, signal: AbortSignal): Promise<ModelAnswer>;
}

export interface Resolution {
  readonly id: string;
  readonly outcome: string | null;
  readonly route: 'review' | 'safe_default';
  readonly entry: HistoryEntry;
}

/** Decisions by id. Everything that fails here throws: an outage, not an outcome. */
export interface DecisionStore {
  /** Writes a record unless its id is taken; then gives the one that stands. The only authority on duplicates. */
  create(
    record: DecisionRecord,
    signal?: AbortSignal,
  ): Promise<{ readonly created: true } | { readonly earlier: DecisionRecord }>;
  get(id: string): Promise<DecisionRecord | undefined>;
  /** Ends a pending review; false if it was no longer pending. Asks for a DecisionResolved event. */
  resolve(resolution: Resolution): Promise<boolean>;
  /**
   * Records what turned out to be true, if nothing has been yet. Gives the decision as it then stands, undefined where
   * there is none. Asks for an OutcomeRecorded event.
   */
  recordTruth(id: string, truth: RecordedTruth): Promise<DecisionRecord | undefined>;
  /** Takes the events that were sent off the outbox. */
  markSent(id: string, sent: readonly DecisionEventType[]): Promise<void>;
  /** Pending reviews, oldest first; at most `limit`. */
  pending(limit: number): Promise<OpenDecision[]>;
  /**
   * Decisions from before a time (ISO 8601) that have events to send, or whose review was due before it; oldest
   * first, at most `limit`.
   */
  openBefore(before: string, limit: number): Promise<OpenDecision[]>;
}

/** What the index of open decisions holds of one. */
export interface OpenDecision {
  readonly id: string;
  readonly at: string;
  readonly pending: boolean;
  readonly toSend: readonly DecisionEventType[];
  readonly reviewBy?: string;
}
