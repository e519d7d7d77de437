import { createHmac } from 'node:crypto';
import { canonicalJson } from '../../canonical-json';

/** Whose answers may be shared: an answer is seen only by the same caller, of the same pipeline, prompt, policy and model. */
export interface PartitionParts {
  readonly caller: string;
  readonly pipeline: string;
  /** Hash of the prompt's text. */
  readonly prompt: string;
  /** Version of the pipeline, which its policy is part of. */
  readonly policy: string;
  readonly model: string;
}

/** What the parts of a partition are known by in the store. Nobody can tell them without the secret. */
export interface Partition {
  readonly id: string;
  readonly caller: string;
  readonly prompt: string;
  /** All but the caller: right and wrong hits are counted over all callers, without a word of theirs. */
  readonly scope: string;
}

/** A JSON array is injective: no two lists of parts have one text. */
export const keyedHash = (secret: string, purpose: string, ...parts: readonly unknown[]): string =>
  createHmac('sha256', secret)
    .update(canonicalJson([purpose, ...parts]))
    .digest('base64url');

export const partitionOf = (
  secret: string,
  { caller, pipeline, prompt, policy, model }: PartitionParts,
): Partition => ({
  id: keyedHash(secret, 'partition', caller, pipeline, prompt, policy, model),
  caller: callerKey(secret, caller),
  prompt: promptKey(secret, prompt),
  scope: keyedHash(secret, 'scope', pipeline, prompt, policy, model),
});

export const callerKey = (secret: string, caller: string): string => keyedHash(secret, 'caller', caller);
export const promptKey = (secret: string, prompt: string): string => keyedHash(secret, 'prompt', prompt);

/** The key of an answer: of the input as it came in, so that masking makes no two inputs one. */
export const entryKey = (secret: string, { id }: Partition, input: unknown): string =>
  keyedHash(secret, 'entry', id, input);
