import { memoryBudgets } from '../../../adapters/memory-budgets';
import { decideRequest } from '../../../core/decision/decide-request';
import { compileSchema } from '../../../core/input/compile-schema';
import { budgetedChat } from '../../../core/llm/budgeted-chat';
import { budgetsOf } from '../../../core/llm/budgets/budgets';
import type { Limits } from '../../../core/llm/budgets/limits';
import type { Budgets } from '../../../core/llm/budgets/ports';
import type { ChatAnswer, ChatClient, ChatRequest } from '../../../core/llm/chat';
import { llmModel } from '../../../core/llm/llm-model';
import { guardModel } from '../../../core/resilience/guard';
import { requestPorts } from '../decision/request-ports';
import { type VirtualClock, virtualClock } from '../decision/virtual-clock';
import { saying, text, triageWith, usage, verdict } from './triage';

const perRequest = { inputTokens: 100, outputTokens: 50 };
/** Two requests as large as may be, and not a third. */
const TIGHT: Limits = { perRequest, perCaller: { tokensPerMinute: 300 } };
const request: ChatRequest = { caller: 'me', messages: [], temperature: 0, mostTokens: 50, samples: 1, topLogprobs: 0 };
const patient = { firstTokenMs: Infinity, betweenTokensMs: Infinity };

/** A model within limits, whose tokens are counted as it is told, and what it was asked. */
function within(
  limits: Limits,
  answer: () => ChatAnswer | Promise<ChatAnswer>,
  over: { budgets?: Budgets; clock?: VirtualClock } = {},
) {
  const { clock = virtualClock() } = over;
  const asked: ChatRequest[] = [];
  const errors: unknown[] = [];
  const chat: ChatClient = {
    async complete(one) {
      asked.push(one);
      return answer();
    },
  };
  let ids = 0;
  const budgets = over.budgets ?? budgetsOf(memoryBudgets(), 'triage', limits);
  const limited = budgetedChat(chat, limits, {
    budgets,
    clock,
    estimate: () => 100,
    newId: () => `call-${++ids}`,
    report: (error) => errors.push(error),
  });
  const ask = (caller = 'me', ms = 1_000) =>
    clock.run(limited.complete({ ...request, caller }, patient, clock.timeout(ms)));
  return { ask, asked, errors, clock, limited };
}

const used = { inputTokens: 40, outputTokens: 6 };

test('what was not used may be used by others', async () => {
  const { ask, asked } = within(TIGHT, () => saying(verdict('spam')));
  // 46 of 150 tokens are used by each: the fourth would hold more than is left.
  expect(usage).toEqual(used);
  for (let i = 0; i < 4; i++) expect(await ask()).toHaveProperty('choices');
  expect(await ask()).toMatchObject({
    failed: 'MODEL_LIMITED',
    limited: { scope: 'caller', limit: 'tokensPerMinute', left: 116 },
  });
  expect(await ask('another')).toHaveProperty('choices');
  expect(asked).toHaveLength(5);
});

test.each<[ChatAnswer, number]>([
  // Nobody knows what it used: all that was reserved is charged.
  [{ failed: 'MODEL_TIMEOUT' }, 2],
  [{ failed: 'MODEL_STALLED' }, 2],
  [{ choices: [verdict('spam')], usage: undefined, firstTokenMs: 1 }, 2],
  // It was not run: nothing is.
  [{ failed: 'MODEL_ERROR' }, 20],
  [{ failed: 'MODEL_THROTTLED' }, 20],
  [{ failed: 'MODEL_INVALID' }, 20],
])('after %j so many requests get through: %d', async (answer, through) => {
  const { ask, asked } = within(TIGHT, () => answer);
  for (let i = 0; i < 20; i++) await ask();
  expect(asked).toHaveLength(through);
});

test('a request that is too large in itself is not asked, and says so', async () => {
  const { ask, asked } = within({ perRequest: { inputTokens: 99, outputTokens: 50 } }, () => saying(verdict('spam')));
  expect(await ask()).toEqual({
    failed: 'MODEL_LIMITED',
    limited: { scope: 'request', limit: 'inputTokens', most: 99, left: 99 },
  });
  expect(asked).toEqual([]);
});

const broken = () => Promise.reject(new Error('no table'));
const down: Budgets = { reserve: broken, settle: broken, release: broken };
const stuck: Budgets = { reserve: () => new Promise(() => undefined), settle: broken, release: broken };

test.each([
  ['open', 1],
  ['closed', 0],
] as const)('where budgets are down and the definition says %s, it is asked %d times', async (onOutage, times) => {
  const { ask, asked, errors } = within({ ...TIGHT, onOutage }, () => saying(verdict('spam')), { budgets: down });
  expect(await ask()).toEqual(times ? saying(verdict('spam')) : { failed: 'MODEL_LIMITS_UNKNOWN' });
  expect([asked.length, errors.length]).toEqual([times, 1]);
});

test('budgets that hang cost no more than the time there is', async () => {
  const { ask, asked, clock } = within({ ...TIGHT, onOutage: 'open' }, () => saying(verdict('spam')), {
    budgets: stuck,
  });
  const began = clock.now();
  expect(await ask('me', 300)).toEqual({ failed: 'MODEL_TIMEOUT' });
  expect([asked.length, clock.now() - began]).toEqual([0, 300]);
});

test('usage that cannot be written down does not take the answer back', async () => {
  const budgets: Budgets = { ...down, reserve: async () => ({ reservation: { id: 'x', held: [] } }) };
  const { ask, errors } = within(TIGHT, () => saying(verdict('spam')), { budgets });
  expect(await ask()).toHaveProperty('choices');
  expect(errors).toHaveLength(1);
});

describe('a decision whose limit is used up', () => {
  /** Decisions of a pipeline that may ask twice a minute. */
  function deciding(limits: Partial<Limits>) {
    const all: Limits = { ...TIGHT, perCaller: { requestsPerMinute: 2 }, ...limits };
    const pipeline = triageWith({ limits: all });
    const { clock, ports } = requestPorts();
    const { limited } = within(all, () => saying(verdict('ham', 0.99)), { clock });
    const model = llmModel(pipeline.llm!, {
      chat: limited,
      validate: compileSchema(pipeline.llm!.model.answer.schema),
    });
    const arms = { live: { pipeline, model: guardModel(model, pipeline.budget, clock) } };
    const input = { subject: 'Hello', links: 0 };
    return (over: object = {}) =>
      clock.run(decideRequest(arms, ports, { input, caller: 'me', startedAt: clock.now(), ...over }));
  }

  test('is refused with the limit, and recorded nowhere', async () => {
    const decide = deciding({});
    for (let i = 0; i < 2; i++)
      expect(await decide()).toMatchObject({ kind: 'decided', record: { outcome: 'deliver' } });
    const { kind, ...refusal } = await decide();
    expect(kind).toBe('limited');
    expect(refusal).toMatchObject({ limited: { scope: 'caller', limit: 'requestsPerMinute', most: 2, left: 0 } });
    // However often: it is no failure of the model, and opens no circuit.
    for (let i = 0; i < 20; i++) expect(await decide()).toMatchObject({ kind: 'limited' });
    expect(await decide({ caller: 'another' })).toMatchObject({ kind: 'decided' });
  });

  test('is made by the fallback chain where the definition says so', async () => {
    const decide = deciding({ onLimit: 'fallback' });
    for (let i = 0; i < 2; i++) await decide();
    expect(await decide()).toMatchObject({
      kind: 'decided',
      record: { route: 'review', reasons: [{ code: 'MODEL_LIMITED', detail: 'the model was not asked' }] },
    });
  });

  test('waits where the request can wait', async () => {
    const decide = deciding({ onLimit: 'fallback' });
    for (let i = 0; i < 2; i++) await decide();
    expect(await decide({ patient: true })).toMatchObject({ kind: 'overloaded', because: 'MODEL_LIMITED' });
  });
});

test('an unusable answer for whose repair there is no budget is unusable', async () => {
  const limits: Limits = { perRequest, perCaller: { requestsPerMinute: 1 } };
  const pipeline = triageWith({ limits });
  const { limited, clock } = within(limits, () => saying(text('no')));
  const model = llmModel(pipeline.llm!, { chat: limited, validate: compileSchema(pipeline.llm!.model.answer.schema) });
  const question = { input: { subject: 'x' }, features: {}, id: 'x', caller: 'me' };
  expect(await clock.run(model.predict(question, clock.timeout(1_000)))).toMatchObject({ failed: 'MODEL_INVALID' });
});
