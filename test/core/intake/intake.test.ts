import type { DeadLetter } from '../../../core/intake/dead-letter';
import { type IntakeMessage, type IntakePorts, takeMessages } from '../../../core/intake/intake';
import { inputHash } from '../../../core/decision/id';
import { decidedRecord, idOf } from '../review/loans';
import type { DecideResult } from '../../../core/decision/decide-request';

const decided = { kind: 'decided' } as DecideResult;

/** A message that is given out for the first time. */
const message = (messageId: string, body: unknown, more: Partial<IntakeMessage> = {}): IntakeMessage => ({
  messageId,
  body: typeof body === 'string' ? body : JSON.stringify(body),
  receiveCount: 1,
  ...more,
});

function intake(result: DecideResult | Error = decided, buryFails = false) {
  const asked: unknown[] = [];
  const buried: DeadLetter[] = [];
  const later: string[] = [];
  const ports: IntakePorts = {
    read(text) {
      const body = JSON.parse(text) as { key?: string; input?: Record<string, unknown> };
      return body.input ? { key: body.key, input: body.input } : { poison: { code: 'MALFORMED_REQUEST' } };
    },
    original: async (id) => (id === idOf(1) ? decidedRecord(id, { inputHash: inputHash(input) }) : undefined),
    async decide(request) {
      asked.push(request);
      if (result instanceof Error) throw result;
      return result;
    },
    async bury(letter) {
      if (buryFails) throw new Error('SQS is down');
      buried.push(letter);
    },
    later: (id) => later.push(id),
  };
  const take = (...bodies: unknown[]) =>
    takeMessages(
      ports,
      'loans',
      bodies.map((body, i) => message(`m${i}`, body)),
    );
  return { asked, buried, later, take, ports };
}

const input = { amount: 5 };

describe('the key of a message', () => {
  test('is the sender’s, else the message’s own', async () => {
    const { asked, take } = intake();
    expect(await take({ key: 'k', input }, { input })).toEqual([]);
    expect(asked).toEqual([
      { input, key: 'k', caller: 'intake:loans', patient: true },
      { input, key: 'm1', caller: 'intake:loans', patient: true },
    ]);
  });

  test('is the event’s id where EventBridge delivered it', async () => {
    const { asked, take } = intake();
    const event = { id: 'e1', 'detail-type': 'Application', source: 'web', detail: { input } };
    await take(event, { ...event, detail: { key: 'k', input } });
    expect(asked).toMatchObject([{ key: 'e1' }, { key: 'k' }]);
  });

  test('is no longer than one that is sent may be', async () => {
    const { asked, ports } = intake();
    const id = 'e'.repeat(257);
    const event = message('m', { id, 'detail-type': 'Application', detail: { input } }, { formerKey: id });
    await takeMessages(ports, 'loans', [event]);
    expect(asked).toMatchObject([{ key: 'm' }]);
  });

  test('is the former one where it was put back', async () => {
    const { asked, ports } = intake();
    await takeMessages(ports, 'loans', [message('new', { input }, { formerKey: 'old' })]);
    expect(asked).toMatchObject([{ key: 'old' }]);
  });
});

test('one that can never be decided is put aside with the reason, and let go', async () => {
  const { buried, take } = intake();
  expect(await take({ no: 'input' })).toEqual([]);
  expect(buried).toEqual([{ code: 'MALFORMED_REQUEST', messageId: 'm0', key: 'm0', body: '{"no":"input"}' }]);
});

test.each([
  ['its sender’s', { key: 'k', no: 'input' }, 'k'],
  ['that in an event', { id: 'e1', 'detail-type': 'Application', detail: { key: 'k', no: 'input' } }, 'k'],
  ['the event’s id', { id: 'e1', 'detail-type': 'Application', detail: null }, 'e1'],
  ['its own: the sender’s is too long', { key: 'k'.repeat(257) }, 'm0'],
  ['its own: the sender’s is none', { key: 5 }, 'm0'],
  ['its own: SQS would not take the sender’s', { key: '' }, 'm0'],
])('its letter has the key by which it can be told: %s', async (_, body, key) => {
  const { buried, ports, take } = intake();
  ports.read = () => ({ poison: { code: 'MALFORMED_REQUEST' } });
  await take(body);
  expect(buried).toMatchObject([{ key }]);
});

test.each<[DecideResult, string]>([
  [{ kind: 'conflict' }, 'KEY_REUSED'],
  [{ kind: 'too_large' }, 'INPUT_TOO_LARGE'],
  [{ kind: 'rejected', gaps: { accounts: 'stale' } }, 'FEATURES_STALE'],
])('%j is put aside as %s, under its key', async (result, code) => {
  const { buried, take } = intake(result);
  expect(await take({ key: 'k', input })).toEqual([]);
  expect(buried).toMatchObject([{ code, key: 'k' }]);
});

test.each<[DecideResult | Error]>([
  [{ kind: 'halted' }],
  [{ kind: 'overloaded', retryAfterMs: 1_000 }],
  [{ kind: 'rejected', gaps: { accounts: 'unavailable' } }],
  [new Error('The record could not be written in time.')],
])('%j comes again', async (result) => {
  const { buried, later, take } = intake(result);
  expect(await take({ key: 'k', input })).toEqual(['m0']);
  expect([buried, later]).toEqual([[], ['m0']]);
});

test('what cannot be put aside comes again too, and holds up no other', async () => {
  const { asked, take } = intake(decided, true);
  expect(await take({ no: 'input' }, { input }, 'no json')).toEqual(['m0', 'm2']);
  expect(asked).toHaveLength(1);
});

test('rather comes again once than be decided by a stopgap', async () => {
  const { asked, ports } = intake();
  const given = (receiveCount: number) => takeMessages(ports, 'loans', [message('m', { input }, { receiveCount })]);
  await given(1);
  await given(2);
  expect(asked).toMatchObject([{ patient: true }, { patient: false }]);
});

describe('a replay', () => {
  const replay = (replayOf: string) => message('m', { key: 'r', input }, { replayOf, receiveCount: 5 });

  test('is decided for the caller of the decision in whose place it is, patiently', async () => {
    const { asked, ports } = intake();
    expect(await takeMessages(ports, 'loans', [replay(idOf(1))])).toEqual([]);
    expect(asked).toEqual([{ input, key: 'r', caller: '000000000000:role/app', replayOf: idOf(1), patient: true }]);
  });

  test('of another request is poison, whoever sent it', async () => {
    const { asked, buried, ports } = intake();
    const other = { ...replay(idOf(1)), body: JSON.stringify({ key: 'r', input: { amount: 6 } }) };
    await takeMessages(ports, 'loans', [other, replay(idOf(2))]);
    expect(asked).toEqual([]);
    expect(buried.map(({ code }) => code)).toEqual(['NO_SUCH_ORIGINAL', 'NO_SUCH_ORIGINAL']);
  });

  test('of what is no decision’s id is poison, and its name is not kept', async () => {
    const { asked, buried, ports } = intake();
    await takeMessages(ports, 'loans', [replay('x'.repeat(5_000))]);
    expect([asked, buried]).toEqual([[], [{ code: 'NO_SUCH_ORIGINAL', messageId: 'm', key: 'r' }]]);
  });

  test('that is put aside is known as one', async () => {
    const { buried, ports } = intake({ kind: 'rejected', gaps: { accounts: 'missing' } });
    const { body } = replay(idOf(1));
    await takeMessages(ports, 'loans', [replay(idOf(1))]);
    expect(buried).toEqual([{ code: 'FEATURES_MISSING', messageId: 'm', key: 'r', replayOf: idOf(1), body }]);
  });

  test('of a decision that is forgotten leaves nothing of the person', async () => {
    const { buried, ports } = intake();
    ports.original = async (id) => decidedRecord(id, { inputHash: '' });
    await takeMessages(ports, 'loans', [replay(idOf(1))]);
    expect(buried).toEqual([{ code: 'NO_SUCH_ORIGINAL', messageId: 'm', key: 'r', replayOf: idOf(1) }]);
  });
});
