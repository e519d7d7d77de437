import { redrive } from '../../../bin/commands/redrive';
import { deadLetters } from './dead-letters';

const queues = { from: 'dead-letters', to: 'intake' };
const all = { code: undefined, dryRun: false };

test('a message is put back as what it was: under its key, and a replay in the place of its decision', async () => {
  const { client, sent, waiting } = deadLetters(
    { code: 'INPUT_INVALID', key: 'k', body: 'one' },
    { code: 'FEATURES_MISSING', key: 'replay/01J', replayOf: '01J', body: 'two' },
  );
  const codes = { INPUT_INVALID: 1, FEATURES_MISSING: 1 };
  expect(await redrive(client, queues, all)).toEqual({ found: 2, redriven: 2, codes, left: {} });
  expect(sent).toEqual([
    { body: 'one', attributes: { plumblineKey: 'k' } },
    { body: 'two', attributes: { plumblineKey: 'replay/01J', plumblineReplayOf: '01J' } },
  ]);
  expect(waiting.size).toBe(0);
});

test('what has no body, or is no letter, stays and is told', async () => {
  const { client, sent, waiting } = deadLetters(
    { code: 'NO_SUCH_ORIGINAL', key: 'replay/01J', replayOf: '01J' },
    'something else',
  );
  const codes = { NO_SUCH_ORIGINAL: 1, UNREADABLE: 1 };
  const left = { NO_BODY: 1, UNREADABLE: 1 };
  expect(await redrive(client, queues, all)).toEqual({ found: 2, redriven: 0, codes, left });
  expect([sent, [...waiting.values()].some(({ hidden }) => hidden)]).toEqual([[], false]);
});
