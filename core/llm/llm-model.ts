import type { SchemaValidator } from '../input/validate';
import type { ModelAnswer } from '../decision/model-answer';
import type { ModelClient, Question } from '../ports';
import type { ChatClient, ChatRequest, Choice } from './chat';
import type { CompiledLlm } from './compile-llm';
import { type Guarding, guardedPrompt } from './guarded-prompt';
import type { CompiledPrompt } from './prompt';
import { type Expected, readAnswer, scoreOfTokens } from './read-answer';
import { promptFor } from './prompt-state';
import type { PromptMessage } from './settings';
import { Tracing } from './tracing';

/** Alternatives to each token that are asked for, beyond one for each label. */
const MORE_ALTERNATIVES = 3;
/** Characters of an unusable answer that the model is shown again. */
const MOST_SHOWN = 4_000;

/** What a language model's part of a pipeline needs from outside. */
export interface LlmPorts {
  readonly chat: ChatClient;
  /** Of the answer's schema. */
  readonly validate: SchemaValidator;
  /** @default - nothing is guarded */
  readonly guarding?: Guarding | undefined;
}

/**
 * A language model that is asked about requests: its prompt rendered, its answer read, and its label's probability the
 * score. An answer that does not fit the schema is asked for a second time, with what is wrong with it; not a third.
 * Guards look at what it is to be told, and at what it says.
 */
export function llmModel(llm: CompiledLlm, { chat, validate, guarding }: LlmPorts): ModelClient {
  const { model, stream } = llm;
  const expected: Expected = { ...model, labels: llm.labels, validate };
  const read = model.confidence.by === 'logprobs' ? readByTokens : readByVotes;

  return {
    async predict(question: Question, signal: AbortSignal): Promise<ModelAnswer> {
      const prompt = promptFor(llm, question.prompts, question.id);
      const trace = new Tracing(prompt);
      const guarded = await guardedPrompt(llm, prompt, question, guarding, signal);
      const { messages } = guarded;
      trace.looked(guarded.verdict);
      if (guarded.verdict.verdict !== 'pass') return trace.failed('MODEL_GUARDED');

      const ask = async (said: readonly PromptMessage[]) =>
        trace.asked(await chat.complete(requestOf(llm, prompt, question, said), stream, signal));
      const first = await ask(messages);
      if ('failed' in first) return trace.failed(first.failed);
      let answer = read(first.choices, expected);
      if ('faults' in answer) {
        const second = await ask([...messages, ...correction(answer, llm)]);
        // What has no budget for a second answer has an unusable first one.
        if ('failed' in second)
          return trace.failed(second.failed === 'MODEL_LIMITED' ? 'MODEL_INVALID' : second.failed);
        answer = read(second.choices, expected);
        if ('faults' in answer) return trace.failed('MODEL_INVALID');
      }
      const verdict = await guarded.check(answer.value, signal);
      trace.looked(verdict);
      return verdict.verdict === 'pass'
        ? trace.scored(answer.score, guarded.restore(answer.value))
        : trace.failed('MODEL_GUARDED');
    },
  };
}

interface Scored {
  readonly score: number;
  readonly value: Readonly<Record<string, unknown>>;
}

interface Unusable {
  readonly faults: readonly string[];
  readonly text: string;
}

function readByTokens([choice]: readonly Choice[], expected: Expected): Scored | Unusable {
  if (!choice) return { faults: ['it is empty'], text: '' };
  const read = readAnswer(choice, expected);
  if ('faults' in read) return { ...read, text: choice.text };
  const score = scoreOfTokens(choice, expected);
  if (score === undefined) return { faults: ['its tokens do not tell how likely the label is'], text: choice.text };
  return { score, value: read.value };
}

/** Unusable where fewer than half of the answers can be read: what is left would speak for too few. */
function readByVotes(choices: readonly Choice[], expected: Expected): Scored | Unusable {
  const read = choices.map((choice) => readAnswer(choice, expected));
  const votes = read.flatMap((one) => ('label' in one ? [one] : []));
  if (2 * votes.length < choices.length || votes.length === 0) {
    const at = read.findIndex((one) => 'faults' in one);
    const worst = read[at];
    return { faults: worst && 'faults' in worst ? worst.faults : ['it is empty'], text: choices[at]?.text ?? '' };
  }
  const those = votes.filter(({ label }) => label === expected.probabilityOf);
  const score = those.length / votes.length;
  // The answer that is shown is one of the majority's.
  const { value } = (2 * those.length >= votes.length ? those : votes.filter((one) => !those.includes(one)))[0]!;
  return { score, value };
}

function requestOf(
  { model, labels }: CompiledLlm,
  prompt: CompiledPrompt,
  { caller }: Question,
  messages: readonly PromptMessage[],
): ChatRequest {
  const { confidence, limits, answer, guided = true } = model;
  const byTokens = confidence.by === 'logprobs';
  const samples = byTokens ? 1 : confidence.samples;
  return {
    caller,
    messages,
    temperature: byTokens ? prompt.temperature : (confidence.temperature ?? 0.7),
    mostTokens: Math.floor(limits.perRequest.outputTokens / samples),
    samples,
    topLogprobs: byTokens ? Math.min(20, labels.length + MORE_ALTERNATIVES) : 0,
    schema: guided ? answer.schema : undefined,
  };
}

/** What the model is told of an answer that cannot be used: once. */
function correction({ faults, text }: Unusable, { model }: CompiledLlm): PromptMessage[] {
  return [
    { role: 'assistant', content: text.slice(0, MOST_SHOWN).toWellFormed() || '(nothing)' },
    {
      role: 'user',
      content:
        `This answer cannot be used: ${faults.join('; ')}. Answer the question again, with one JSON object that fits ` +
        `this JSON Schema and nothing else: ${JSON.stringify(model.answer.schema)}`,
    },
  ];
}
