import { canonicalJson } from '../canonical-json';
import type { FeatureValues } from '../features/features';
import type { Pipeline } from '../pipeline/compile';
import type { Clock, DecisionStore, FirstRead, Question } from '../ports';
import { orElse } from '../resilience/deadline';
import type { Limited } from '../llm/budgets/refusal';
import { durationMs } from '../pipeline/duration';
import { type Arm, type Arms, armOf } from './arms';
import { type Evidence, type Verdict, decide, endpointKey, endpointToAsk } from './decide';
import type { DecisionRecord } from './decision';
import { drawOf, hashText, keyedId, ulid } from './id';
import { MODEL_FAILURES, type ModelAnswer } from './model-answer';
import { type Gathered, type ModeMemory, gather, infer } from './request';

/** Characters of an input in its canonical form, and of its features; a DynamoDB item holds 400 KB of all. */
const MAX_INPUT = 256 * 1024;
const MAX_FEATURES = 16 * 1024;

export interface DecideRequest {
  readonly input: Readonly<Record<string, unknown>>;
  /** Idempotency key. */
  readonly key?: string | undefined;
  readonly caller: string;
  /** When the handler was entered, in epoch milliseconds: the deadline counts from here. */
  readonly startedAt: number;
  /** Whether it rather waits than be decided without the model, or without what could not be read. @default false */
  readonly patient?: boolean;
  /** The decision in whose place this one will be. */
  readonly replayOf?: string | undefined;
}

export interface DecidePorts {
  readonly firstRead: FirstRead;
  readonly store: DecisionStore;
  readonly clock: Clock;
  readonly modeMemory: ModeMemory;
  /** Ten random bytes, for ids of requests without a key. */
  readonly random: () => Uint8Array;
  /** Keys the ids of requests with a key. */
  readonly idSecret: string;
}

export type DecideResult =
  | { readonly kind: 'decided'; readonly record: DecisionRecord }
  /** `byTable`: the table said so when it was to write the record, and so is well. */
  | { readonly kind: 'replayed'; readonly record: DecisionRecord; readonly byTable?: true }
  | { readonly kind: 'conflict'; readonly byTable?: true }
  | { readonly kind: 'halted' }
  /**
   * Not decided: there is too much to do, or nothing can be recorded. `because`: the code of the reason why a patient
   * request would have got a stopgap.
   */
  | { readonly kind: 'overloaded'; readonly retryAfterMs: number; readonly because?: string }
  | { readonly kind: 'too_large' }
  /** A limit of the language model stopped it, and the definition says that such a request is refused. */
  | { readonly kind: 'limited'; readonly limited: Limited }
  /** Looked-up values are needed and not there. */
  | { readonly kind: 'rejected'; readonly gaps: FeatureValues['gaps'] };

/**
 * Decides one valid request: features, model, decision, record. Three calls at most: one read, one inference, one
 * write. Throws only when the record cannot be written in time; then nothing has been promised.
 */
export async function decideRequest(arms: Arms, ports: DecidePorts, request: DecideRequest): Promise<DecideResult> {
  const { clock, store } = ports;
  const { input, key, caller, startedAt } = request;
  const canonical = canonicalJson(input);
  // Written out, 1e20 has 21 digits: what came in small may be more than a record can hold.
  if (canonical.length > MAX_INPUT) return { kind: 'too_large' };
  const hash = hashText(canonical);
  const id = key === undefined ? ulid(startedAt, ports.random()) : idOfKey(arms, ports, caller, key);
  const arm = armOf(arms, id);
  const { pipeline } = arm;

  const gathered = await gather(pipeline, ports, { input, id: key === undefined ? undefined : id, startedAt });
  if (gathered.earlier) return replay(gathered.earlier, hash);
  if (gathered.mode === 'halt') return { kind: 'halted' };
  if (JSON.stringify(gathered.features.values).length > MAX_FEATURES) return { kind: 'too_large' };
  if (gathered.features.onGap === 'reject') return { kind: 'rejected', gaps: gathered.features.gaps };

  const question = { input, features: gathered.features.values, id, caller, prompts: gathered.prompts };
  const { evidence, modelMs } = await askModels(arm, clock, startedAt, question, {
    input,
    features: gathered.features,
    mode: gathered.mode,
    draw: drawOf(id, 'sample'),
    ...(pipeline.definition.review.capacity === undefined ? {} : { backlog: gathered.backlog }),
  });
  const verdict = decide(pipeline, evidence);
  const limited = refusedBy(pipeline, evidence);
  if (limited && verdict.reasons.some(({ code }) => code === 'MODEL_LIMITED')) return { kind: 'limited', limited };
  const because = request.patient ? stopgapOf(verdict) : undefined;
  if (because !== undefined) return { kind: 'overloaded', retryAfterMs: 1_000, because };
  const timings = { totalMs: clock.now() - startedAt, featuresMs: gathered.featuresMs, modelMs };
  const record = makeRecord(pipeline, {
    id,
    caller,
    hash,
    startedAt,
    evidence,
    verdict,
    timings,
    replayOf: request.replayOf,
  });

  const signal = clock.timeout(pipeline.budget.total - timings.totalMs);
  const written = await orElse(store.create(record, signal), signal, undefined);
  if (!written) throw new Error('The record could not be written in time.');
  return 'created' in written ? { kind: 'decided', record } : { ...replay(written.earlier, hash), byTable: true };
}

/** The decision that stands under the request's key, if there is one and it can be read. Decides nothing. */
export async function recallRequest(
  arms: Arms,
  ports: Pick<DecidePorts, 'firstRead' | 'clock' | 'idSecret'>,
  { input, key, caller, startedAt }: Pick<DecideRequest, 'input' | 'key' | 'caller' | 'startedAt'>,
): Promise<Extract<DecideResult, { kind: 'replayed' | 'conflict' }> | undefined> {
  if (key === undefined) return undefined;
  const { clock } = ports;
  const id = idOfKey(arms, ports, caller, key);
  const signal = clock.timeout(arms.live.pipeline.budget.read - (clock.now() - startedAt));
  const read = await orElse(ports.firstRead.read({ lookups: [], id }, signal), signal, undefined);
  return read?.earlier && replay(read.earlier, hashText(canonicalJson(input)));
}

const idOfKey = ({ live }: Arms, { idSecret }: Pick<DecidePorts, 'idSecret'>, caller: string, key: string): string =>
  keyedId(idSecret, live.pipeline.definition.name, caller, key);

/** Asks the model and, as far as the fallback chain wants it, other endpoints, one after the other. */
async function askModels(
  { pipeline, model, others = {} }: Arm,
  clock: Clock,
  startedAt: number,
  question: Question,
  known: Omit<Evidence, 'model' | 'asked'>,
): Promise<{ readonly evidence: Evidence; readonly modelMs: number }> {
  const skipped: ModelAnswer = { failed: 'MODEL_SKIPPED' };
  const first = asksModel(known)
    ? await infer(pipeline, { model, clock }, question, { startedAt })
    : { answer: skipped, modelMs: 0 };
  let { modelMs } = first;
  let evidence: Evidence = { ...known, model: first.answer };
  for (;;) {
    const wants = 'failed' in evidence.model && !refusedBy(pipeline, evidence);
    const step = wants ? endpointToAsk(pipeline, evidence) : undefined;
    if (!step) return { evidence, modelMs };
    const key = endpointKey(step);
    const other = others[key];
    if (!other) throw new Error(`There is no client for the endpoint ${key}.`);
    const limits = { startedAt, mostMs: durationMs(step.budget) };
    const second = await infer(pipeline, { model: other, clock }, question, limits);
    modelMs += second.modelMs;
    evidence = { ...evidence, asked: { ...evidence.asked, [key]: second.answer } };
  }
}

/** The limit by which a request is refused, rather than decided without the model. */
function refusedBy({ llm }: Pipeline, { model }: Pick<Evidence, 'model'>): Limited | undefined {
  return llm && (llm.model.limits.onLimit ?? 'refuse') === 'refuse' ? model.llm?.limited : undefined;
}

/** Why a verdict was come to without an answer of any model, or of the feature store, that will be there again. */
function stopgapOf({ reasons }: Verdict): string | undefined {
  const codes = reasons.map(({ code }) => code);
  return codes.includes('SECOND_ENDPOINT') ? undefined : codes.find((code) => STOPGAPS.includes(code));
}
/** What a guard stopped once it stops again. */
const STOPGAPS: readonly string[] = [
  ...MODEL_FAILURES.filter((code) => code !== 'MODEL_GUARDED'),
  'FEATURES_UNAVAILABLE',
  'FEATURES_CIRCUIT_OPEN',
];

/** A model is not asked about a decision that it cannot change. */
export const asksModel = ({ mode, features }: Pick<Gathered, 'mode' | 'features'>): boolean =>
  mode !== 'fallback' && mode !== 'review_all' && features.onGap === 'none';

/** What a decision that was forgotten rested on is not known any more; its key still names it. */
const replay = (record: DecisionRecord, hash: string): Extract<DecideResult, { kind: 'replayed' | 'conflict' }> =>
  record.forgotten || record.inputHash === hash ? { kind: 'replayed', record } : { kind: 'conflict' };

export function makeRecord(
  pipeline: Pipeline,
  made: {
    readonly id: string;
    readonly caller: string;
    readonly hash: string;
    readonly startedAt: number;
    readonly evidence: Evidence;
    readonly verdict: Verdict;
    readonly timings: DecisionRecord['timings'];
    readonly replayOf?: string | undefined;
  },
): DecisionRecord {
  const { evidence, verdict, startedAt } = made;
  const at = new Date(startedAt).toISOString();
  const pending = verdict.route === 'review';
  const { values, gaps, ages } = evidence.features;
  return {
    id: made.id,
    pipeline: pipeline.definition.name,
    version: pipeline.version,
    at,
    status: pending ? 'pending_review' : 'decided',
    ...verdict,
    mode: evidence.mode,
    timings: made.timings,
    ...(made.replayOf === undefined ? {} : { replayOf: made.replayOf }),
    caller: made.caller,
    inputHash: made.hash,
    input: evidence.input,
    features: values,
    gaps,
    ...(Object.keys(ages).length === 0 ? {} : { ages }),
    ...(evidence.backlog === undefined ? {} : { backlog: evidence.backlog }),
    modelScore: 'score' in evidence.model ? evidence.model.score : null,
    ...(evidence.model.llm === undefined ? {} : { llm: evidence.model.llm }),
    ...(evidence.asked === undefined ? {} : { asked: evidence.asked }),
    history: [{ at, type: 'DecisionMade' }, ...(pending ? [{ at, type: 'ReviewRequested' }] : [])],
    ...(pending ? { reviewBy: new Date(startedAt + pipeline.slaMs).toISOString() } : {}),
    toSend: pending ? ['DecisionMade', 'ReviewRequested'] : ['DecisionMade'],
  };
}
