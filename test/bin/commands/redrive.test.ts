import { QueueWalk } from '../../../bin/api/queue-walk';
import { redrive } from '../../../bin/commands/redrive';
import { deadLetters } from './dead-letters';

function redriving(letters: readonly unknown[], pageSeconds?: number) {
  const queue = deadLetters(letters, pageSeconds);
  const walk = new QueueWalk(queue.client, 'dead-letters');
  return {
    ...queue,
    walk,
    run: (code?: string, dryRun = false) => redrive(queue.client, walk, 'intake', { code, dryRun }),
  };
}

test('a message is put back as what it was: under its key, and a replay in the place of its decision', async () => {
  const { run, sent, waiting } = redriving([
    { code: 'INPUT_INVALID', key: 'k', body: 'one' },
    { code: 'FEATURES_MISSING', key: 'replay/01J', replayOf: '01J', body: 'two' },
  ]);
  const codes = { INPUT_INVALID: 1, FEATURES_MISSING: 1 };
  expect(await run()).toEqual({ found: 2, redriven: 2, codes, left: {} });
  expect(sent).toEqual([
    { body: 'one', attributes: { plumblineKey: 'k' } },
    { body: 'two', attributes: { plumblineKey: 'replay/01J', plumblineReplayOf: '01J' } },
  ]);
  expect(waiting.size).toBe(0);
});

test('what has no body, or is no letter, stays and is told', async () => {
  const { run, sent, walk, visible } = redriving([
    { code: 'NO_SUCH_ORIGINAL', key: 'replay/01J', replayOf: '01J' },
    'something else',
  ]);
  const codes = { NO_SUCH_ORIGINAL: 1, UNREADABLE: 1 };
  const left = { NO_BODY: 1, UNREADABLE: 1 };
  expect(await run()).toEqual({ found: 2, redriven: 0, codes, left });
  await walk.release();
  expect([sent.length, visible().length]).toEqual([0, 2]);
});

// A page takes 50 s, and what stays is hidden for 120 s: the first are there again before the last have been seen.
test('a queue is seen to its end, though what stays is given out again before', async () => {
  const letters = Array.from({ length: 60 }, (_, i) => ({ code: i < 30 ? 'OLD' : 'NEW', key: `k${i}`, body: 'b' }));
  const { run, sent } = redriving(letters, 50);
  expect(await run('NEW')).toEqual({ found: 60, redriven: 30, codes: { OLD: 30, NEW: 30 }, left: {} });
  expect(sent).toHaveLength(30);
});

test('what could be seen again meanwhile does not keep the rest from it', async () => {
  const { run, walk, visible, pass } = redriving([{ code: 'A', key: 'a', body: 'b' }, 'something else']);
  await run('NONE');
  pass(121);
  await walk.release();
  expect(visible()).toHaveLength(2);
});
