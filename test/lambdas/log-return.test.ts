import type { DecideResult } from '../../core/decision/decide-request';
import { settle } from '../../core/intake/settle';
import { logReturn } from '../../lambdas/_runtime/log-return';

const logged: { readonly by: string; readonly line: Record<string, unknown> }[] = [];
beforeEach(() => {
  logged.length = 0;
  for (const by of ['log', 'error'] as const)
    jest.spyOn(console, by).mockImplementation((...[text]: unknown[]) => {
      logged.push({ by, line: JSON.parse(String(text)) as Record<string, unknown> });
    });
});
afterEach(() => jest.restoreAllMocks());

function thrownBy(result: DecideResult): unknown {
  try {
    return settle(result);
  } catch (error) {
    return error;
  }
}

test.each<[DecideResult, string]>([
  [{ kind: 'halted' }, 'HALTED'],
  [{ kind: 'overloaded', retryAfterMs: 1_000 }, 'OVERLOADED'],
  [{ kind: 'overloaded', retryAfterMs: 1_000, because: 'MODEL_TIMEOUT' }, 'MODEL_TIMEOUT'],
  [{ kind: 'rejected', gaps: { accounts: 'unavailable' } }, 'FEATURE_STORE_UNAVAILABLE'],
])('what merely waits is no error, and says for what: %j', (result, code) => {
  logReturn('message comes again', thrownBy(result), { messageId: 'm' });
  expect(logged).toEqual([
    { by: 'log', line: { level: 'info', message: 'message comes again', messageId: 'm', code } },
  ]);
});

test('what failed is one, without what its message may quote', () => {
  logReturn('message comes again', new TypeError('no 4711'), { messageId: 'm' });
  expect(logged).toMatchObject([{ by: 'error', line: { level: 'error', error: 'TypeError', messageId: 'm' } }]);
  expect(JSON.stringify(logged)).not.toMatch(/4711/);
});
