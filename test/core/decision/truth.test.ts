import fc from 'fast-check';
import { isRecord } from '../../../core/decision/is-record';
import { labelRecord, readTruth } from '../../../core/decision/truth';
import { resolveRecord } from '../../../core/review/resolution';
import { decidedRecord, idOf, loans, pendingRecord, START } from '../review/loans';

const decidedAt = new Date(START).toISOString();
const NOW = START + 30 * 86_400_000;
const by = '000000000000:role/collections';
const at = new Date(NOW).toISOString();

const read = (body: Record<string, unknown>) => readTruth(loans, body, { decidedAt, by, now: NOW });
const faults = (body: Record<string, unknown>) => {
  const result = read(body);
  return 'problems' in result ? result.problems.map(({ pointer, code }) => `${pointer} ${code}`) : [];
};
const observed = (observedAt: unknown) => faults({ truth: 'good', observedAt });

describe('a report of the truth', () => {
  test('is a label, the time it came and who sent it', () => {
    expect(read({ truth: 'bad' })).toStrictEqual({ truth: { label: 'bad', at, by } });
  });

  test('may say when it was observed, in any offset; UTC is kept', () => {
    const observedAt = '2026-12-01T01:30:00+02:00';
    expect(read({ truth: 'bad', observedAt })).toStrictEqual({
      truth: { label: 'bad', at, observedAt: '2026-11-30T23:30:00.000Z', by },
    });
  });

  test('has all its faults named at once, by pointer', () => {
    expect(faults({ observedAt: 7, 'a/b~c': 1, outcome: 'approve' })).toEqual([
      '/a~1b~0c UNKNOWN_FIELD',
      '/outcome UNKNOWN_FIELD',
      '/truth REQUIRED',
      '/observedAt DATE_TIME',
    ]);
    expect(faults(JSON.parse('{ "truth": "good", "__proto__": {} }') as Record<string, unknown>)).toEqual([
      '/__proto__ UNKNOWN_FIELD',
    ]);
  });

  // An outcome is no label, and neither is a name of the prototype.
  test.each(['approve', 'constructor', 'Good', 'good ', '', null, 1, ['good'], { label: 'good' }])(
    'does not take %j for a label',
    (truth) => expect(faults({ truth })).toEqual(['/truth ENUM']),
  );

  test('lies between the decision and now, give or take a minute ahead', () => {
    const time = (ms: number) => new Date(ms).toISOString();
    expect(observed(decidedAt)).toEqual([]);
    expect(observed(time(START - 1))).toEqual(['/observedAt BEFORE_DECISION']);
    expect(observed(time(NOW + 60_000))).toEqual([]);
    expect(observed(time(NOW + 60_001))).toEqual(['/observedAt IN_FUTURE']);
  });

  test.each(['2026-11-24T00:00Z', '2026-11-24T00:00:00Z', '2026-11-24T00:00:00.123456Z', '2026-11-24T00:00:00-08:00'])(
    'takes %s for a time',
    (time) => expect(observed(time)).toEqual([]),
  );

  test.each([
    '2026-11-24',
    '2026-11-24T00:00:00',
    '2026-11-24 00:00:00Z',
    '2026-11-31T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-11-24T25:00:00Z',
    '2026-11-24T00:60:00Z',
    '2026-11-24T00:00:00+99:00',
    '+002026-11-24T00:00:00Z',
    'Nov 24 2026 UTC',
    'yesterday',
    '',
    null,
    1_795_000_000_000,
    {},
  ])('takes %j for no time', (time) => expect(observed(time)).toEqual(['/observedAt DATE_TIME']));

  test('knows the last day of every month', () => {
    const dated = (day: string) => faultsOn(day).includes('/observedAt DATE_TIME');
    const faultsOn = (day: string) => observed(`${day}T00:00:00Z`);
    expect(['2024-02-29', '2027-01-31', '2027-04-30'].map(dated)).toEqual([false, false, false]);
    expect(['2025-02-29', '2100-02-29', '2027-04-31', '2027-01-00', '2027-00-10'].map(dated)).toEqual(
      Array(5).fill(true),
    );
  });

  test('is the same instant in every offset', () => {
    const pad = (n: number) => String(n).padStart(2, '0');
    const inOffset = (ms: number, minutes: number) => {
      const local = new Date(ms + minutes * 60_000).toISOString().slice(0, -1);
      const [sign, size] = [minutes < 0 ? '-' : '+', Math.abs(minutes)];
      return `${local}${sign}${pad(Math.floor(size / 60))}:${pad(size % 60)}`;
    };
    const instant = fc.integer({ min: START, max: NOW });
    fc.assert(
      fc.property(instant, fc.integer({ min: -14 * 60, max: 14 * 60 }), (ms, minutes) => {
        const observedAt = new Date(ms).toISOString();
        expect(read({ truth: 'good', observedAt: inOffset(ms, minutes) })).toMatchObject({ truth: { observedAt } });
      }),
      { seed: 7 },
    );
  });

  test('is refused or recorded, whatever is sent', () => {
    const sent = fc.dictionary(
      fc.constantFrom('truth', 'observedAt', 'x'),
      fc.oneof(fc.constantFrom('good', decidedAt), fc.jsonValue()),
    );
    let taken = 0;
    fc.assert(
      fc.property(sent, (body) => {
        const result = read(body);
        if ('problems' in result) return expect(result.problems).not.toEqual([]);
        taken++;
        expect(isRecord(labelRecord(decidedRecord(), result.truth))).toBe(true);
      }),
      { seed: 7, numRuns: 1_000 },
    );
    expect(taken).toBeGreaterThan(10);
  });
});

describe('a labelled record', () => {
  const truth = { label: 'good', at, by };

  test('holds the truth, tells of it in its history and asks for the event', () => {
    const record = decidedRecord(idOf(1), { toSend: [] });
    expect(labelRecord(record, truth)).toStrictEqual({
      ...record,
      truth,
      history: [...record.history, { at, type: 'OutcomeRecorded', by }],
      toSend: ['OutcomeRecorded'],
    });
  });

  test('still waits for its reviewer, whose resolution keeps the truth', () => {
    const labelled = labelRecord(pendingRecord(), truth);
    expect(labelled).toMatchObject({ status: 'pending_review', outcome: null, reviewBy: expect.any(String) });
    const resolution = { id: labelled.id, outcome: 'decline', route: 'review' as const };
    const resolved = resolveRecord(labelled, { ...resolution, entry: { at, type: 'ReviewResolved', by: 'ann' } });
    expect(resolved).toMatchObject({ status: 'resolved', outcome: 'decline', truth });
    expect(resolved.toSend).toEqual(['DecisionMade', 'ReviewRequested', 'OutcomeRecorded', 'DecisionResolved']);
  });
});
