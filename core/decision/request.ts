import { type FeatureValues, resolveFeatures } from '../features/features';
import { encodeRow, toCsv } from '../model/encoding';
import type { Pipeline } from '../pipeline/compile';
import type { Clock, FirstRead, FirstReadResult, ModelClient } from '../ports';
import type { ModelAnswer } from './decide';
import type { DecisionRecord, Mode } from './decision';

const MISSING = { failed: 'missing' } as const;
/** A read mode serves this long for requests that cannot read it themselves. */
const MODE_FRESH_MS = 10_000;

/** How a request's deadline is shared out, in milliseconds from the handler's entry. */
export interface Budget {
  /** The first read must be back by then. */
  readonly read: number;
  /** The model must have answered by then; what remains is for writing the record. */
  readonly model: number;
  readonly total: number;
}

/** A third for reading, the model's up to a quarter before the end (at most one second before). */
export function budget(deadlineMs: number): Budget {
  return {
    read: Math.floor(deadlineMs / 3),
    model: deadlineMs - Math.min(1_000, Math.floor(deadlineMs / 4)),
    total: deadlineMs,
  };
}

/** The last mode that this execution environment read, and the backlog that was read with it. */
export interface ModeMemory {
  last?: { readonly mode: Mode; readonly backlog: number; readonly at: number };
}

export interface Gathered {
  readonly features: FeatureValues;
  readonly mode: Mode;
  /** Reviews that wait, as far as is known. */
  readonly backlog: number;
  readonly earlier?: DecisionRecord | undefined;
  readonly featuresMs: number;
}

/** Reads features, mode and any earlier decision in one call, within its budget. */
export async function gather(
  pipeline: Pipeline,
  ports: { readonly firstRead: FirstRead; readonly clock: Clock; readonly modeMemory: ModeMemory },
  request: {
    readonly input: Readonly<Record<string, unknown>>;
    readonly id?: string | undefined;
    readonly startedAt: number;
  },
): Promise<Gathered> {
  const { clock, modeMemory } = ports;
  const began = clock.now();
  const celInput = pipeline.toCelInput(request.input);
  const keys = pipeline.lookups.map(({ name, fieldNames, key }) => ({ name, key: key(celInput), fields: fieldNames }));
  const lookups = keys.flatMap(({ name, key, fields }) => (key === undefined ? [] : [{ name, key, fields }]));
  // An input that names no item has none: nothing was unavailable.
  const keyless = Object.fromEntries(keys.flatMap(({ name, key }) => (key === undefined ? [[name, MISSING]] : [])));
  const nothing: FirstReadResult = { lookups: {}, mode: undefined };
  const remaining = budget(pipeline.deadlineMs).read - (began - request.startedAt);
  const signal = clock.timeout(remaining);
  const read = await orElse(ports.firstRead.read({ lookups, id: request.id }, signal), signal, nothing);
  const now = clock.now();
  if (read.mode) modeMemory.last = { mode: read.mode, backlog: read.backlog ?? 0, at: now };
  return {
    features: resolveFeatures(pipeline, request.input, { ...read.lookups, ...keyless }, request.startedAt),
    mode: read.mode ?? rememberedMode(modeMemory, now),
    backlog: modeMemory.last?.backlog ?? 0,
    earlier: read.earlier,
    featuresMs: now - began,
  };
}

/** Asks the model, within what is left of the deadline. */
export async function infer(
  pipeline: Pipeline,
  ports: { readonly model: ModelClient; readonly clock: Clock },
  {
    input,
    features,
    startedAt,
  }: { readonly input: unknown; readonly features: FeatureValues; readonly startedAt: number },
): Promise<{ readonly answer: ModelAnswer; readonly modelMs: number }> {
  const began = ports.clock.now();
  const row = toCsv(
    encodeRow(pipeline.columns, { input: input as Record<string, unknown>, features: features.values }),
  );
  const signal = ports.clock.timeout(budget(pipeline.deadlineMs).model - (began - startedAt));
  const answer = await orElse<ModelAnswer>(ports.model.predict(row, signal), signal, { failed: 'MODEL_TIMEOUT' });
  const valid = 'failed' in answer || (answer.score >= 0 && answer.score <= 1);
  return { answer: valid ? answer : { failed: 'MODEL_INVALID' }, modelMs: ports.clock.now() - began };
}

function rememberedMode({ last }: ModeMemory, now: number): Mode {
  return last && now - last.at <= MODE_FRESH_MS ? last.mode : 'cautious';
}

/** The promise's value, or `late` once the signal aborts: a port that ignores its signal cannot hold a request up. */
export function orElse<T>(promise: Promise<T>, signal: AbortSignal, late: T): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const abort = () => resolve(late);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
