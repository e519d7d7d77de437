import type { Limited } from './budgets/refusal';
import type { GuardReport } from './guards/run-guards';

/** How a language model was asked and what that took. */
export interface LlmTrace {
  /** The version of the prompt, and the hash of its text. */
  readonly prompt: string;
  readonly promptHash: string;
  /** Two where the first answer could not be used. */
  readonly calls: number;
  /** Of all calls, as far as the endpoint told. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Of the first call; undefined where it failed. */
  readonly firstTokenMs?: number;
  /** The limit that stopped it. */
  readonly limited?: Limited;
  /** What guards found, or how they failed; those that found nothing are left out. */
  readonly guards?: readonly GuardReport[];
  /** What they asked for, where it is anything else than to go on. */
  readonly guarded?: 'fallback' | 'review';
  /** Milliseconds that they took. */
  readonly guardMs?: number;
  /** The whole answer; left out where it is longer than a record has room for. */
  readonly answer?: Readonly<Record<string, unknown>>;
}
