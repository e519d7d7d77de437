import fc from 'fast-check';
import { decide } from '../../../core/decision/decide';
import type { ModelAnswer, ModelFailure } from '../../../core/decision/model-answer';
import { type DecideRequest, type DecideResult, decideRequest } from '../../../core/decision/decide-request';
import { type DecisionRecord, type LookupRead, MODES, type Mode } from '../../../core/decision/decision';
import { isDecisionId } from '../../../core/decision/id';
import { safeDefault } from '../../../core/pipeline/define';
import type { Pipeline } from '../../../core/pipeline/compile';
import type { Lookup } from '../../../core/pipeline/definition';
import { accountItem, applications, credit, creditRisk, creditWith, START, uncalibrated } from '../credit';
import { type Behaviour, CALLER, decideWith, request, requestPorts } from './request-ports';

const recordOf = (result: DecideResult): DecisionRecord => {
  if (!('record' in result)) throw new Error(`no record: ${result.kind}`);
  return result.record;
};
const decided = async (behaviour: Behaviour = {}, over: Partial<DecideRequest> = {}, pipeline?: Pipeline) =>
  recordOf(await decideWith(requestPorts(behaviour), over, pipeline));
const codes = ({ reasons }: DecisionRecord) => reasons.map(({ code }) => code);
const onMissing = (then: Lookup['onMissing']) =>
  creditWith({
    features: {
      ...creditRisk.features,
      lookups: { accounts: { ...creditRisk.features!.lookups!.accounts!, onMissing: then } },
    },
  });

describe('a request that goes well', () => {
  test('takes one read, one inference and one write', async () => {
    const all = requestPorts();
    await decideWith(all, { key: 'k' });
    expect([all.asked.reads.length, all.asked.rows.length, all.asked.writes]).toEqual([1, 1, 1]);
    expect(all.asked.reads[0]!.lookups).toEqual([
      {
        name: 'accounts',
        key: 'applicant-0001',
        fields: ['checking_status', 'savings_status', 'credit_history', 'existing_credits'],
      },
    ]);
  });

  test('leaves the record that it answers with', async () => {
    const all = requestPorts();
    const record = recordOf(await decideWith(all));
    expect(isDecisionId(record.id)).toBe(true);
    expect(all.records.get(record.id)).toEqual(record);
    expect(record).toMatchObject({
      pipeline: 'credit-risk',
      version: credit.version,
      at: '2026-11-23T09:00:00.000Z',
      status: 'decided',
      outcome: 'approve',
      route: 'automated',
      mode: 'normal',
      caller: CALLER,
      timings: { totalMs: 25, featuresMs: 5, modelMs: 20 },
      modelScore: 0.02,
      toSend: ['DecisionMade'],
      history: [{ at: '2026-11-23T09:00:00.000Z', type: 'DecisionMade' }],
    });
    expect(record).not.toHaveProperty('reviewBy');
  });

  test('that a person must decide is pending until its SLA has passed', async () => {
    expect(await decided({ answer: { score: 0.3 } })).toMatchObject({
      status: 'pending_review',
      outcome: null,
      route: 'review',
      reviewBy: '2026-11-23T13:00:00.000Z',
      toSend: ['DecisionMade', 'ReviewRequested'],
      history: [{ type: 'DecisionMade' }, { type: 'ReviewRequested' }],
    });
  });

  test('without a key is a decision of its own each time', async () => {
    const all = requestPorts();
    const first = recordOf(await decideWith(all));
    const second = recordOf(await decideWith(all));
    expect(second.id).not.toBe(first.id);
    expect(all.asked.reads.map(({ id }) => id)).toEqual([undefined, undefined]);
  });
});

describe('an idempotency key', () => {
  test('with the same input gives the decision as it now stands, and asks no model', async () => {
    const all = requestPorts({ answer: { score: 0.3 } });
    const { id } = recordOf(await decideWith(all, { key: 'k' }));
    const entry = { at: 'later', type: 'ReviewResolved', by: 'ann' };
    await all.ports.store.resolve({ id, outcome: 'approve', route: 'review', entry });

    const backwards = Object.fromEntries(Object.entries(request().input).reverse());
    const again = await decideWith(all, { key: 'k', input: backwards });
    expect(again).toMatchObject({ kind: 'replayed', record: { id, status: 'resolved', outcome: 'approve' } });
    expect(all.asked.rows).toHaveLength(1);
    expect(all.asked.writes).toBe(1);
  });

  test('with another input is a conflict', async () => {
    const all = requestPorts();
    await decideWith(all, { key: 'k' });
    expect(await decideWith(all, { key: 'k', input: applications[1]!.input })).toEqual({ kind: 'conflict' });
    expect(all.records.size).toBe(1);
  });

  test('is answered though the pipeline was halted since', async () => {
    const all = requestPorts();
    const first = recordOf(await decideWith(all, { key: 'k' }));
    const halted = requestPorts({ read: { mode: 'halt', earlier: first } });
    expect(await decideWith(halted, { key: 'k' })).toEqual({ kind: 'replayed', record: first });
  });

  test('holds where the first read does not see the earlier decision', async () => {
    const all = requestPorts({ read: { earlier: undefined } });
    const first = recordOf(await decideWith(all, { key: 'k' }));
    expect(await decideWith(all, { key: 'k' })).toEqual({ kind: 'replayed', record: first, byTable: true });
    const other = await decideWith(all, { key: 'k', input: applications[1]!.input });
    expect(other).toEqual({ kind: 'conflict', byTable: true });
  });

  test('belongs to its caller', async () => {
    const all = requestPorts();
    const first = recordOf(await decideWith(all, { key: 'k' }));
    const other = await decideWith(all, { key: 'k', caller: '000000000000:role/other', input: applications[1]!.input });
    expect(other.kind).toBe('decided');
    expect(recordOf(other).id).not.toBe(first.id);
  });

  test('of any number of callers at once makes one record, which all of them get', async () => {
    const anyCallers = fc.array(fc.record({ wait: fc.nat(60), input: fc.nat(1) }), { minLength: 2, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(anyCallers, async (callers) => {
        const all = requestPorts();
        const calls = callers.map(async ({ wait, input }) => {
          await all.clock.sleep(wait);
          return decideRequest(
            { live: { pipeline: credit, model: all.model } },
            all.ports,
            request({ key: 'k', input: applications[input]!.input, startedAt: all.clock.now() }),
          );
        });
        const results = await all.clock.run(Promise.all(calls));
        expect(all.records.size).toBe(1);
        const [stored] = [...all.records.values()];
        expect(results.filter(({ kind }) => kind === 'decided')).toHaveLength(1);
        results.forEach((result, i) => {
          const same = applications[callers[i]!.input]!.input.applicant_id === stored!.input.applicant_id;
          if (same) expect(recordOf(result)).toEqual(stored);
          else expect(result).toMatchObject({ kind: 'conflict' });
        });
      }),
      { seed: 5, numRuns: 60 },
    );
  });
});

describe('the deadline holds', () => {
  const took = (all: ReturnType<typeof requestPorts>) => all.clock.now() - START;

  test.each([true, false])('when the first read hangs (and heeds its signal: %s)', async (heedsSignals) => {
    const all = requestPorts({ readMs: Infinity, heedsSignals });
    const record = recordOf(await decideWith(all));
    expect(took(all)).toBeLessThanOrEqual(800);
    expect(record).toMatchObject({ route: 'review', mode: 'cautious', gaps: { accounts: 'unavailable' } });
    expect(codes(record)).toEqual(['FEATURES_UNAVAILABLE']);
  });

  test.each([true, false])('when the model hangs (and heeds its signal: %s)', async (heedsSignals) => {
    const all = requestPorts({ modelMs: Infinity, heedsSignals });
    const record = recordOf(await decideWith(all));
    expect(took(all)).toBeLessThanOrEqual(800);
    expect(record).toMatchObject({ route: 'review', outcome: null, modelScore: null });
    expect(codes(record)).toEqual(['MODEL_TIMEOUT']);
  });

  test.each([true, false])('when the write hangs (and heeds its signal: %s)', async (heedsSignals) => {
    const all = requestPorts({ writeMs: Infinity, heedsSignals });
    await expect(decideWith(all)).rejects.toThrow(/could not be written in time|aborted/);
    expect(took(all)).toBeLessThanOrEqual(800);
  });

  test('whatever is slow, from 100 ms to 25 s, and no slowness approves', async () => {
    const ms = fc.oneof(fc.nat(30_000), fc.constant(Infinity));
    const slow = fc.record({ readMs: ms, modelMs: ms, writeMs: ms, heedsSignals: fc.boolean(), late: fc.nat(200) });
    const pipelines = Object.fromEntries(
      ['100ms', '800ms', '25s'].map((deadline) => [deadline, creditWith({ deadline })]),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('100ms', '800ms', '25s'), slow, async (deadline, { late, ...behaviour }) => {
        const pipeline = pipelines[deadline]!;
        const all = requestPorts({ ...behaviour, answer: { score: 0.02 } });
        // Some of the deadline is gone before the decision begins: the body was read and validated.
        const startedAt = START - Math.min(late, pipeline.budget.total / 4);
        const result = await decideWith(all, { startedAt }, pipeline).catch((error: Error) => error);
        expect(all.clock.now() - startedAt).toBeLessThanOrEqual(pipeline.budget.total);
        if (result instanceof Error) return expect(result.message).toMatch(/could not be written in time|aborted/);
        const { outcome, modelScore, gaps } = recordOf(result);
        if (outcome === 'approve') expect({ modelScore, gaps }).toEqual({ modelScore: 0.02, gaps: {} });
      }),
      { seed: 6, numRuns: 150 },
    );
  });

  test('what was spent before the decision began counts, for the read as for the whole', async () => {
    const all = requestPorts({ readMs: Infinity, writeMs: Infinity });
    await expect(decideWith(all, { startedAt: START - 500 })).rejects.toThrow();
    expect(took(all)).toBe(300);
    const { timings } = await decided({ readMs: Infinity }, { startedAt: START - 100 });
    expect(timings).toMatchObject({ totalMs: 266, featuresMs: 166 });
  });
});

describe('the mode', () => {
  test.each<[Mode, string, number]>([
    ['normal', 'EXPECTED_COST', 1],
    ['cautious', 'EXPECTED_COST', 1],
    ['review_all', 'MODE_REVIEW_ALL', 0],
    ['fallback', 'MODEL_SKIPPED', 0],
  ])('%s decides by %s and asks the model %i times', async (mode, code, asked) => {
    const all = requestPorts({ read: { mode } });
    const record = recordOf(await decideWith(all));
    expect(record.mode).toBe(mode);
    expect(codes(record)).toEqual([code]);
    expect(all.asked.rows).toHaveLength(asked);
  });

  test('halt decides and records nothing', async () => {
    const all = requestPorts({ read: { mode: 'halt' } });
    expect(await decideWith(all)).toEqual({ kind: 'halted' });
    expect(all.records.size).toBe(0);
  });

  test.each([
    [10_000, 'review_all'],
    [10_001, 'cautious'],
  ])('unread %i ms after it was last read is %s', async (later, mode) => {
    const all = requestPorts({ readMs: Infinity });
    all.ports.modeMemory.last = { mode: 'review_all', backlog: 0, at: START + Math.floor(800 / 3) - later };
    expect(recordOf(await decideWith(all)).mode).toBe(mode);
  });

  test('is remembered from request to request', async () => {
    const all = requestPorts({ read: { mode: 'fallback' } });
    await decideWith(all);
    const blind = requestPorts({ read: { mode: undefined } });
    expect(recordOf(await decideWith(blind)).mode).toBe('cautious');
    blind.ports.modeMemory.last = all.ports.modeMemory.last;
    expect(recordOf(await decideWith(blind)).mode).toBe('fallback');
  });
});

describe('features that are not there', () => {
  const partial = { read: { lookups: { accounts: { failed: 'unavailable' } } } } as const;

  test('divert to a person and spare the model', async () => {
    const all = requestPorts(partial);
    const record = recordOf(await decideWith(all));
    expect(record).toMatchObject({ route: 'review', gaps: { accounts: 'unavailable' }, modelScore: null });
    expect(all.asked.rows).toHaveLength(0);
  });

  test('that are a day old are stale', async () => {
    const record = await decided({ read: { lookups: { accounts: { item: accountItem(0, 25) } } } });
    expect(codes(record)).toEqual(['FEATURES_STALE']);
  });

  test('refuse the request where the definition says so, and nothing is recorded', async () => {
    const all = requestPorts({ read: { lookups: { accounts: { failed: 'missing' } } } });
    expect(await decideWith(all, {}, onMissing('reject'))).toEqual({ kind: 'rejected', gaps: { accounts: 'missing' } });
    expect(all.records.size).toBe(0);
  });

  test('are replaced by their default, which the model then sees', async () => {
    const { id: _, ...account } = applications[0]!.account;
    const all = requestPorts(partial);
    const record = recordOf(await decideWith(all, {}, onMissing({ default: account })));
    expect(record).toMatchObject({ route: 'automated', features: account, gaps: { accounts: 'unavailable' } });
    const whole = requestPorts();
    await decideWith(whole);
    expect(all.asked.rows).toEqual(whole.asked.rows);
  });

  test('an input that names no item asks for none, and the item counts as missing, not as unavailable', async () => {
    const lookups = creditRisk.features!.lookups!;
    const features = {
      ...creditRisk.features,
      lookups: { accounts: { ...lookups.accounts!, key: 'input.foreign_worker' } },
    };
    const { foreign_worker: _, ...input } = applications[0]!.input;
    const all = requestPorts();
    const record = recordOf(await decideWith(all, { input }, creditWith({ features })));
    expect(record.gaps).toEqual({ accounts: 'missing' });
    expect(all.asked.reads[0]!.lookups).toEqual([]);
  });
});

describe('the model', () => {
  test.each<[string, ModelAnswer, ModelFailure]>([
    ['fails', { failed: 'MODEL_ERROR' }, 'MODEL_ERROR'],
    ['answers no number', { score: NaN }, 'MODEL_INVALID'],
    ['answers 1.5', { score: 1.5 }, 'MODEL_INVALID'],
    ['answers -0.5', { score: -0.5 }, 'MODEL_INVALID'],
    ['answers nothing', {} as ModelAnswer, 'MODEL_INVALID'],
  ])('that %s leaves the decision to the chain', async (_, answer, code) => {
    const record = await decided({ answer }, {}, creditWith({ fallback: [safeDefault('decline')] }));
    expect(record).toMatchObject({ route: 'safe_default', outcome: 'decline', score: null, modelScore: null });
    expect(codes(record)).toEqual([code, 'SAFE_DEFAULT']);
  });

  test('gets the row in the order of its columns', async () => {
    const all = requestPorts();
    await decideWith(all);
    expect(all.asked.rows[0]).toBe(
      '1,48,0,0,1,0,0,0,0,0,1,0,0,0,0,0,0,5951,0,2,2,1,0,0,2,1,0,0,0,22,1,0,0,1,0,0,1,2,1,0',
    );
  });
});

test('a failing write is an outage, not a decision', async () => {
  const all = requestPorts();
  const store = { ...all.ports.store, create: () => Promise.reject(new Error('throttled')) };
  await expect(decideWith({ ...all, ports: { ...all.ports, store } })).rejects.toThrow('throttled');
});

test('a record holds all that its verdict followed from', async () => {
  const failure = fc.constantFrom<ModelFailure>('MODEL_TIMEOUT', 'MODEL_ERROR', 'MODEL_INVALID');
  const circumstances = fc.record({
    row: fc.nat(applications.length - 1),
    mode: fc.constantFrom(...MODES.filter((mode) => mode !== 'halt')),
    hoursOld: fc.constantFrom(1, 30, undefined),
    answer: fc.oneof(
      fc.double({ min: 0, max: 1, noNaN: true }).map((score) => ({ score })),
      failure.map((failed) => ({ failed })),
    ),
  });
  const { id: _, ...account } = applications[0]!.account;
  const pipelines = {
    credit,
    uncalibrated: creditWith({ model: uncalibrated }),
    lenient: onMissing({ default: account }),
  };
  const names = fc.constantFrom(...(Object.keys(pipelines) as (keyof typeof pipelines)[]));
  await fc.assert(
    fc.asyncProperty(names, circumstances, async (name, { row, mode, hoursOld, answer }) => {
      const pipeline = pipelines[name];
      const lookups: Record<string, LookupRead> =
        hoursOld === undefined ? {} : { accounts: { item: accountItem(row, hoursOld) } };
      const kept = await decided({ read: { mode, lookups }, answer }, { input: applications[row]!.input }, pipeline);
      const record = JSON.parse(JSON.stringify(kept)) as DecisionRecord;

      const lookup = pipeline.definition.features!.lookups!.accounts!;
      const onGap = record.gaps.accounts && lookup.onMissing === 'review' ? 'review' : 'none';
      const cause = record.reasons.map(({ code }) => code).find((code) => code.startsWith('MODEL_'));
      const verdict = decide(pipeline, {
        input: record.input,
        features: { values: record.features, gaps: record.gaps, ages: record.ages ?? {}, onGap, aged: false },
        mode: record.mode,
        model:
          record.modelScore === null
            ? { failed: (cause ?? 'MODEL_SKIPPED') as ModelFailure }
            : { score: record.modelScore },
      });
      const { outcome, route, reasons, score, confidence } = record;
      expect(verdict).toEqual({ outcome, route, reasons, score, confidence });
    }),
    { seed: 7, numRuns: 200 },
  );
});

test('an input that grows beyond what a record holds is refused before anything is asked', async () => {
  const all = requestPorts();
  const input = { ...applications[0]!.input, list: Array<number>(20_000).fill(1e20) };
  expect(await decideWith(all, { input })).toEqual({ kind: 'too_large' });
  expect([all.asked.reads, all.asked.rows, all.asked.writes]).toEqual([[], [], 0]);
});

test('features that grow beyond what a record holds are refused, and nothing is recorded', async () => {
  const derived = { ...creditRisk.features!.derived, echo: 'input.purpose + input.purpose + input.purpose' };
  const pipeline = creditWith({ features: { ...creditRisk.features, derived } });
  const all = requestPorts();
  const input = { ...applications[0]!.input, purpose: 'x'.repeat(6_000) };
  expect(await decideWith(all, { input }, pipeline)).toEqual({ kind: 'too_large' });
  expect(all.records.size).toBe(0);
});
