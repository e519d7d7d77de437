import { QueueWalk } from '../../../bin/api/queue-walk';
import { redrive } from '../../../bin/commands/redrive';
import { noSuchCode, redriveText } from '../../../bin/report/redrive-text';
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
  const keys = { INPUT_INVALID: ['k'], FEATURES_MISSING: ['replay/01J'] };
  expect(await run()).toEqual({ found: 2, redriven: 2, codes, keys, left: {} });
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
  expect(await run()).toEqual({ found: 2, redriven: 0, codes, keys: {}, left });
  await walk.release();
  expect([sent.length, visible().length]).toEqual([0, 2]);
});

test('letters of one key are all put back; what comes again of them stays', async () => {
  const twice = { code: 'INPUT_INVALID', key: 'k', body: 'one' };
  const { run, sent, waiting } = redriving([
    { ...twice, messageId: 'm0' },
    { ...twice, messageId: 'm1' },
    { ...twice, messageId: 'sent1' },
  ]);
  expect(await run()).toMatchObject({ found: 2, redriven: 2 });
  expect([sent.length, waiting.size]).toEqual([2, 1]);
});

// A page takes 50 s, and what stays is hidden for 120 s: the first are there again before the last have been seen.
test('a queue is seen to its end, though what stays is given out again before', async () => {
  const letters = Array.from({ length: 60 }, (_, i) => ({ code: i < 30 ? 'OLD' : 'NEW', key: `k${i}`, body: 'b' }));
  const { run, sent } = redriving(letters, 50);
  expect(await run('NEW')).toMatchObject({ found: 60, redriven: 30, codes: { OLD: 30, NEW: 30 }, left: {} });
  expect(sent).toHaveLength(30);
});

test('what could be seen again meanwhile does not keep the rest from it', async () => {
  const { run, walk, visible, pass } = redriving([{ code: 'A', key: 'a', body: 'b' }, 'something else']);
  await run('NONE');
  pass(121);
  await walk.release();
  expect(visible()).toHaveLength(2);
});

describe('of letters with several codes', () => {
  const letters = [
    { code: 'MALFORMED_JSON', key: 'm1', body: '{' },
    { code: 'INPUT_INVALID', key: 'k1', body: 'one' },
    { code: 'INPUT_INVALID', key: 'k2', body: 'two' },
    { code: 'INPUT_INVALID', key: 'k3' },
  ];

  test('a dry run tells how many and which would be put back, and puts none back', async () => {
    const { run, sent } = redriving(letters);
    const result = await run('INPUT_INVALID', true);
    expect([sent, result.redriven]).toEqual([[], 0]);
    expect(redriveText(result, true)).toBe(
      '2 of 4 in the dead-letter queue would be put back: a dry run\n' +
        '  INPUT_INVALID                3  2 would be put back: "k1", "k2"\n' +
        '  MALFORMED_JSON               1  stays (it can never be read: put back, it comes here again)\n' +
        '  1 have no body to put back: only their sender can send them again\n',
    );
  });

  test('a run tells which were put back', async () => {
    const { run, sent } = redriving(letters);
    const text = redriveText(await run('INPUT_INVALID'), false);
    expect(sent).toHaveLength(2);
    expect(text).toMatch(/^2 of 4 in the dead-letter queue put back\n {2}INPUT_INVALID +3 {2}2 put back: "k1", "k2"\n/);
  });

  test('a code that none has is told, with those that there are', async () => {
    const result = await redriving(letters).run('NOPE');
    expect(noSuchCode('NOPE', result)).toBe(
      'None of the 4 letters has the code NOPE; there is MALFORMED_JSON, INPUT_INVALID.\n',
    );
    expect(noSuchCode('INPUT_INVALID', result)).toBeUndefined();
    expect(noSuchCode('NOPE', await redriving([]).run('NOPE'))).toBeUndefined();
  });
});

test('of many keys the first are told, and none can write on the terminal', () => {
  const keys = { A: ['\u001b[2J', ...Array.from({ length: 6 }, (_, i) => `k${i}`)] };
  expect(redriveText({ found: 7, redriven: 7, codes: { A: 7 }, keys, left: {} }, false)).toMatch(
    /put back: "\\u001b\[2J", "k0", "k1", "k2", "k3" and 2 more\n/,
  );
});
