import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { offerEvents, putEvents } from '../../adapters/events';
import { fakeClient } from './fake-client';

const events = Array.from({ length: 21 }, (_, n) => ({ type: 'DecisionMade', detail: { eventId: `e${n}` } }));
const taken = (count: number) => ({ Entries: Array.from({ length: count }, () => ({ EventId: 'id' })) });
const offer = (client: EventBridgeClient) => offerEvents(client, 'bus', 'loans', events);

test('events go in calls of at most ten, as the bus takes them', async () => {
  const { client, sent } = fakeClient<EventBridgeClient>(({ input }) => taken(input.Entries.length));
  expect(await offer(client)).toEqual(events.map(() => undefined));
  expect(sent.map(({ input }) => input.Entries.length)).toEqual([10, 10, 1]);
  expect(sent[2]!.input.Entries).toEqual([
    { EventBusName: 'bus', Source: 'plumbline.loans', DetailType: 'DecisionMade', Detail: '{"eventId":"e20"}' },
  ]);
});

test('of no events there is no call', async () => {
  const { client, sent } = fakeClient<EventBridgeClient>(() => taken(0));
  expect(await offerEvents(client, 'bus', 'loans', [])).toEqual([]);
  expect(sent).toEqual([]);
});

test('what is refused is named in its place; a call that fails refuses its own only', async () => {
  const { client } = fakeClient<EventBridgeClient>(({ input }, nth) => {
    if (nth === 1) throw Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
    const { Entries } = taken(input.Entries.length);
    return { Entries: Entries.map((entry, i) => (i === 3 ? { ErrorCode: 'InternalFailure' } : entry)) };
  });
  const answers = await offer(client);
  expect(answers.flatMap((code, i) => (code === undefined ? [] : [[i, code]]))).toEqual([
    [3, 'InternalFailure'],
    ...Array.from({ length: 10 }, (_, i) => [10 + i, 'ThrottlingException']),
  ]);
});

test('an event without an answer was not taken', async () => {
  const { client } = fakeClient<EventBridgeClient>(() => taken(9));
  const answers = await offer(client);
  expect(answers.slice(8, 11)).toEqual([undefined, 'NoAnswer', undefined]);
});

test('who cannot go on without them hears of any refusal', async () => {
  const { client } = fakeClient<EventBridgeClient>(({ input }) => taken(input.Entries.length - 1));
  await expect(putEvents(client, 'bus', 'loans', events)).rejects.toThrow('The event bus refused 3 events: NoAnswer');
});
