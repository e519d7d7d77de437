import { type FeatureValues, resolveFeatures } from '../features/features';
import { type PromptState, type PromptUse, promptsUnder } from '../llm/prompt-state';
import type { Pipeline } from '../pipeline/compile';
import type { Clock, FirstRead, FirstReadResult, ModelClient, Question } from '../ports';
import { orElse } from '../resilience/deadline';
import type { DecisionRecord, Mode } from './decision';
import { type ModelAnswer, validAnswer } from './model-answer';

const MISSING = { failed: 'missing' } as const;
/** A read mode serves this long for requests that cannot read it themselves. */
const MODE_FRESH_MS = 10_000;

/** The last mode that this execution environment read, and the backlog that was read with it. */
export interface ModeMemory {
  last?: {
    readonly mode: Mode;
    readonly backlog: number;
    readonly at: number;
    readonly prompts?: PromptUse | undefined;
  };
}

export interface Gathered {
  readonly features: FeatureValues;
  readonly mode: Mode;
  /** Reviews that wait, as far as is known. */
  readonly backlog: number;
  readonly earlier?: DecisionRecord | undefined;
  /** Of a language model. */
  readonly prompts?: PromptUse | undefined;
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
  const remaining = pipeline.budget.read - (began - request.startedAt);
  const signal = clock.timeout(remaining);
  const read = await orElse(ports.firstRead.read({ lookups, id: request.id }, signal), signal, nothing);
  const now = clock.now();
  if (read.mode)
    modeMemory.last = {
      mode: read.mode,
      backlog: read.backlog ?? 0,
      at: now,
      prompts: promptsOf(pipeline, read.prompts),
    };
  return {
    features: resolveFeatures(pipeline, request.input, { ...read.lookups, ...keyless }, request.startedAt),
    mode: read.mode ?? rememberedMode(modeMemory, now),
    backlog: modeMemory.last?.backlog ?? 0,
    // However old: what was taken back must not come again because a read has failed.
    prompts: modeMemory.last?.prompts,
    earlier: read.earlier,
    featuresMs: now - began,
  };
}

const promptsOf = ({ llm }: Pipeline, set: PromptState | undefined): PromptUse | undefined =>
  llm && promptsUnder(set, llm.model.prompts);

/** Asks the model, within what is left of the deadline. */
export async function infer(
  pipeline: Pipeline,
  ports: { readonly model: ModelClient; readonly clock: Clock },
  question: Question,
  {
    startedAt,
    mostMs = pipeline.budget.modelCall,
  }: {
    readonly startedAt: number;
    /** The longest that the call may take. @default - the budget of a model's call */
    readonly mostMs?: number | undefined;
  },
): Promise<{ readonly answer: ModelAnswer; readonly modelMs: number }> {
  const began = ports.clock.now();
  const signal = ports.clock.timeout(Math.min(mostMs, pipeline.budget.model - (began - startedAt)));
  const answer = await orElse<ModelAnswer>(ports.model.predict(question, signal), signal, { failed: 'MODEL_TIMEOUT' });
  return { answer: validAnswer(answer), modelMs: ports.clock.now() - began };
}

function rememberedMode({ last }: ModeMemory, now: number): Mode {
  return last && now - last.at <= MODE_FRESH_MS ? last.mode : 'cautious';
}
