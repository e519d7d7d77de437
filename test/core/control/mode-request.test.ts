import { readModeRequest, wanted } from '../../../core/control/mode-request';
import { FIRST_MODE } from '../../../core/control/mode-state';

const faults = (body: Record<string, unknown>) => {
  const read = readModeRequest(body);
  return 'problems' in read ? read.problems.map(({ pointer, code }) => `${pointer} ${code}`) : [];
};

test('a mode is pinned unless the operator says otherwise', () => {
  expect(readModeRequest({ mode: 'halt', reason: 'fire' })).toEqual({
    request: { mode: 'halt', pinned: true, reason: 'fire' },
  });
  expect(readModeRequest({ mode: 'cautious', pinned: false, reason: 'a look' })).toMatchObject({
    request: { pinned: false },
  });
});

test('a release of halt begins with caution; of what is not pinned it changes nothing', () => {
  const release = { release: true, reason: 'over' } as const;
  expect(wanted(release, { ...FIRST_MODE, mode: 'halt', pinned: true })).toEqual({ mode: 'cautious', pinned: false });
  expect(wanted(release, { ...FIRST_MODE, mode: 'cautious' })).toBeUndefined();
});

test('a release keeps the mode and ends the pin', () => {
  const read = readModeRequest({ release: true, reason: 'over' });
  if ('problems' in read) throw new Error('refused');
  const state = { ...FIRST_MODE, mode: 'review_all' as const, pinned: true };
  expect(wanted(read.request, state)).toEqual({ mode: 'review_all', pinned: false });
});

test.each<[Record<string, unknown>, string[]]>([
  [{}, ['/mode MODE', '/reason REQUIRED']],
  [{ mode: 'off', reason: 'x' }, ['/mode ENUM']],
  [{ mode: 'halt', release: true, reason: 'x' }, ['/mode MODE']],
  [{ release: false, reason: 'x' }, ['/release RELEASE']],
  [{ release: true, pinned: true, reason: 'x' }, ['/pinned PINNED']],
  [{ mode: 'halt', pinned: 'yes', reason: ' ' }, ['/pinned TYPE', '/reason REASON']],
  [{ mode: 'halt', reason: 'x'.repeat(501) }, ['/reason REASON']],
  [{ mode: 'halt', reason: 'x', why: 1 }, ['/why UNKNOWN_FIELD']],
])('%j is refused: %j', (body, expected) => {
  expect(faults(body)).toEqual(expected);
});
