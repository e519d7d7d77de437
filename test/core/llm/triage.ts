import { compileSchema } from '../../../core/input/compile-schema';
import type { ChatAnswer, ChatClient, ChatRequest, Choice } from '../../../core/llm/chat';
import { toBytes } from '../../../core/llm/label-probability';
import type { Guarding } from '../../../core/llm/guarded-prompt';
import { llmModel } from '../../../core/llm/llm-model';
import type { LlmModel } from '../../../core/llm/settings';
import { compilePipeline, type Pipeline } from '../../../core/pipeline/compile';
import { expectedCost, llm, review, safeDefault } from '../../../core/pipeline/define';
import type { PipelineDefinition } from '../../../core/pipeline/definition';
import { makeArtifact } from '../../../core/pipeline/make-artifact';
import type { ModelClient } from '../../../core/ports';

/** A small pipeline that asks a language model about mail. */
export const triage: PipelineDefinition<LlmModel> = {
  name: 'triage',
  input: {
    type: 'object',
    properties: { subject: { type: 'string' }, links: { type: 'integer', minimum: 0 } },
    required: ['subject'],
  },
  model: llm({
    endpoint: 'triage',
    prompts: {
      live: '1',
      versions: {
        '1': {
          variables: { subject: 'input.subject', links: 'input.links' },
          messages: [
            { role: 'system', content: 'Is this mail spam? Answer {"verdict":"spam"} or {"verdict":"ham"}.' },
            { role: 'user', content: '{{subject}}, with {{links}} links' },
          ],
        },
      },
    },
    answer: {
      schema: {
        type: 'object',
        properties: { verdict: { type: 'string', enum: ['ham', 'spam'] }, why: { type: 'string' } },
        required: ['verdict'],
      },
      label: 'verdict',
    },
    probabilityOf: 'spam',
    confidence: { by: 'logprobs' },
    limits: { perRequest: { inputTokens: 1_000, outputTokens: 50 } },
  }),
  decide: {
    outcomes: ['deliver', 'discard'],
    labels: ['ham', 'spam'],
    costs: { deliver: { ham: 0, spam: 1 }, discard: { ham: 10, spam: 0 }, review: 0.5 },
    policy: expectedCost(),
  },
  deadline: '5s',
  fallback: [review(), safeDefault('deliver')],
  review: { sla: '4h' },
};

export const triageWith = (over: Partial<LlmModel> = {}): Pipeline =>
  compilePipeline(makeArtifact({ ...triage, model: { ...triage.model, ...over } }));

export const usage = { inputTokens: 40, outputTokens: 6 };

/** An answer whose label has this probability. */
export function verdict(label: 'spam' | 'ham', p = 1): Choice {
  const other = label === 'spam' ? 'ham' : 'spam';
  const top = [
    { bytes: label, logprob: Math.log(p) },
    { bytes: other, logprob: Math.log(1 - p) },
  ];
  const plain = (text: string) => ({ bytes: toBytes(text), logprob: 0, top: [] });
  return {
    text: `{"verdict":"${label}"}`,
    tokens: [plain('{"verdict":"'), { bytes: label, logprob: Math.log(p), top }, plain('"}')],
    whole: true,
  };
}

export const saying = (...choices: readonly Choice[]): ChatAnswer => ({ choices, usage, firstTokenMs: 12 });
export const text = (words: string, whole = true): Choice => ({ text: words, tokens: [], whole });

/** The model of a pipeline whose endpoint gives these answers in turn, and what it was asked. */
export function asking(pipeline: Pipeline, ...answers: readonly ChatAnswer[]) {
  return askingWith({}, pipeline, ...answers);
}

/** The same with guards. */
export function askingWith(
  { guarding, input = { subject: 'Win!', links: 3 } }: { guarding?: Guarding; input?: Record<string, unknown> },
  pipeline: Pipeline,
  ...answers: readonly ChatAnswer[]
) {
  const asked: ChatRequest[] = [];
  const chat: ChatClient = {
    complete: async (request) => answers[asked.push(request) - 1] ?? { failed: 'MODEL_ERROR' },
  };
  const validate = compileSchema(pipeline.llm!.model.answer.schema);
  const model: ModelClient = llmModel(pipeline.llm!, { chat, validate, guarding });
  const question = { input, features: {}, id: 'x', caller: 'me' };
  return { asked, answer: () => model.predict(question, AbortSignal.timeout(1_000)) };
}
