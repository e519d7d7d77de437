import type { DecisionRecord } from '../../../core/decision/decision';
import { llmMeasures } from '../../../core/drift/llm-measures';
import type { Limits } from '../../../core/llm/budgets/limits';
import type { PromptGate } from '../../../core/llm/settings';
import { triage } from '../llm/triage';

const llm = { prompt: '2', promptHash: 'sha256:0', calls: 1, inputTokens: 400, outputTokens: 20 };
const definitionWith = (gate: PromptGate, limits: Partial<Limits>) => {
  const { model } = triage;
  return { model: { ...model, limits: { ...model.limits, ...limits }, prompts: { ...model.prompts, gate } } };
};
const measures = (over: Partial<DecisionRecord>, gate: PromptGate = {}, limits: Partial<Limits> = {}) =>
  llmMeasures(
    { modelScore: 0.5, timings: { totalMs: 900, featuresMs: 5, modelMs: 800 }, llm, ...over } as DecisionRecord,
    definitionWith(gate, limits),
  );

test('a decision that was answered at once has its tokens and no fault', () => {
  expect(measures({})).toEqual({
    'llm/inputTokens': 400,
    'llm/outputTokens': 20,
    'llm/unusable': 0,
    'prompt/2/unusable': 0,
    'prompt/2/unanswered': 0,
  });
});

test('a first answer that could not be used counts, whatever came of the second', () => {
  const twice = { llm: { ...llm, calls: 2 } };
  expect(measures(twice)).toMatchObject({ 'llm/unusable': 1, 'prompt/2/unusable': 1, 'prompt/2/unanswered': 0 });
  expect(measures({ ...twice, modelScore: null })).toMatchObject({ 'prompt/2/unusable': 1, 'prompt/2/unanswered': 1 });
});

test('of an answer that never came nobody knows whether it could have been used', () => {
  const none = measures({ modelScore: null });
  expect(none).toMatchObject({ 'prompt/2/unanswered': 1 });
  expect(none).not.toHaveProperty('llm/unusable');
});

test('time and tokens count where the gate says what is too much', () => {
  const gate = (ms: number, tokens: number) => ({ slow: { ms, share: 0.1 }, costly: { tokens, share: 0.1 } });
  expect(measures({}, gate(799, 419))).toMatchObject({ 'prompt/2/slow': 1, 'prompt/2/costly': 1 });
  expect(measures({}, gate(800, 420))).toMatchObject({ 'prompt/2/slow': 0, 'prompt/2/costly': 0 });
});

test('without a language model there is nothing to measure', () => {
  const { llm: _, ...record } = { llm, modelScore: 0.5 };
  expect(llmMeasures(record as unknown as DecisionRecord, triage)).toBeUndefined();
});

test('where tokens have prices, what they cost is counted', () => {
  const prices = { inputPerMillion: 0.5, outputPerMillion: 10 };
  expect(measures({}, {}, { prices })).toMatchObject({ 'llm/cost': 0.0004 });
  expect(measures({})).not.toHaveProperty('llm/cost');
});
