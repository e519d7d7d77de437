import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { marshall } from '@aws-sdk/util-dynamodb';
import { dynamoMode } from '../../adapters/dynamo-mode';
import { announceChanges } from '../../adapters/change-events';
import { FIRST_MODE, setMode } from '../../core/control/mode-state';
import { fakeClient } from './fake-client';

const wish = { mode: 'halt', pinned: true, reason: 'fire', by: 'ann', at: '2026-11-24T09:00:00.000Z' } as const;
const { state, change } = setMode(FIRST_MODE, wish);

/** A table right after the mode was set: only consistent reads see the change, if it is there at all. */
function announce({ changeIsThere }: { readonly changeIsThere: boolean }) {
  const dynamo = fakeClient<DynamoDBClient>(({ name, input }) => {
    if (name !== 'GetItem') return {};
    if (input.Key.pk.S === 'mode') return { Item: marshall({ ...state, watch: JSON.stringify(state.watch) }) };
    return changeIsThere && input.ConsistentRead ? { Item: marshall({ pk: 'x', ...change }) } : {};
  });
  const bus = fakeClient<EventBridgeClient>(() => ({ Entries: [{ EventId: 'id' }] }));
  const done = announceChanges('mode', dynamoMode(dynamo.client, 'state'), bus.client, 'bus', 'loans');
  const marked = () => dynamo.sent.filter(({ name }) => name === 'UpdateItem').length;
  return { done, marked, announced: bus.sent };
}

test('a change is announced right after it was written, once', async () => {
  const { done, marked, announced } = announce({ changeIsThere: true });
  await done;
  expect(announced.map(({ input }) => JSON.parse(input.Entries[0].Detail))).toEqual([{ eventId: 'mode.1', change }]);
  expect(marked()).toBe(1);
});

test('one that cannot be found is not taken for announced', async () => {
  const { done, marked, announced } = announce({ changeIsThere: false });
  await expect(done).rejects.toThrow('Change 1 of mode is not in state.');
  expect([announced, marked()]).toEqual([[], 0]);
});
