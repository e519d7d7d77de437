import { type CompiledGuard, type GuardAnswer, runGuards } from '../../../../core/llm/guards/run-guards';
import { ON_FAILURE, ON_FLAG, type OnFailure, type OnFlag } from '../../../../core/llm/guards/settings';
import { virtualClock } from '../../decision/virtual-clock';

const patient = new AbortController().signal;

const guardOf = (look: CompiledGuard<string>['look'], over: Partial<CompiledGuard<string>> = {}) => ({
  name: 'classifier',
  onFlag: 'fallback' as const,
  onFailure: 'closed' as const,
  threshold: 0.5,
  withinMs: 200,
  look,
  ...over,
});
const heard = (guards: readonly CompiledGuard<string>[], signal = patient) => {
  const clock = virtualClock();
  return clock.run(runGuards(guards, 'a text', clock, signal));
};

/** What each setting is documented to do. */
const ENDS: Record<OnFailure, Record<OnFlag, string>> = {
  open: { fallback: 'pass', review: 'pass', monitor: 'pass' },
  closed: { fallback: 'fallback', review: 'review', monitor: 'pass' },
  review: { fallback: 'review', review: 'review', monitor: 'pass' },
};
const garbage = (answer: unknown) => () => Promise.resolve(answer as GuardAnswer);
const WAYS: Record<string, readonly [code: string, look: CompiledGuard<string>['look']]> = {
  'is slow': ['slow', () => new Promise(() => undefined)],
  'rejects': ['error', () => Promise.reject(new Error('a text'))],
  'throws': ['error', () => { throw new Error('a text'); }],
  'throws nothing': ['error', () => { throw undefined; }],
  'says that it failed': ['error', garbage({ failed: 'error' })],
  'answers above 1': ['garbage', garbage({ score: 1.01, code: 'x' })],
  'answers below 0': ['garbage', garbage({ score: -0.01, code: 'x' })],
  'answers NaN': ['garbage', garbage({ score: NaN, code: 'x' })],
  'answers a text': ['garbage', garbage({ score: '0.1', code: 'x' })],
  'answers null': ['garbage', garbage(null)],
  'answers nothing': ['garbage', garbage(undefined)],
  'fails for no known reason': ['garbage', garbage({ failed: 'a text' })],
  'answers a number': ['garbage', garbage(0)],
}; // prettier-ignore

describe.each(Object.keys(WAYS))('a guard that %s', (way) => {
  const [code, look] = WAYS[way]!;
  const cases = ON_FAILURE.flatMap((onFailure) =>
    ON_FLAG.map((onFlag) => [onFailure, onFlag, ENDS[onFailure][onFlag]] as const),
  );
  test.each(cases)('and fails %s, with %s where it flags, ends as %s', async (onFailure, onFlag, verdict) => {
    const { verdict: found, reports } = await heard([guardOf(look, { onFailure, onFlag })]);
    expect(found).toBe(verdict);
    expect(reports).toEqual([
      { guard: 'classifier', result: 'failed', code, ms: way === 'is slow' ? 200 : 0, acted: verdict !== 'pass' },
    ]);
  });
});

test.each([
  ['fallback', 'fallback'],
  ['review', 'review'],
  ['monitor', 'pass'],
] as const)('a text that a guard flags ends by %s as %s, and is counted', async (onFlag, verdict) => {
  const found = await heard([guardOf(() => ({ score: 0.5, code: 'injection' }), { onFlag })]);
  expect(found.verdict).toBe(verdict);
  expect(found.reports).toEqual([
    { guard: 'classifier', result: 'flagged', code: 'injection', score: 0.5, ms: 0, acted: onFlag !== 'monitor' },
  ]);
});

test('a text that no guard flags passes', async () => {
  const found = await heard([guardOf(() => ({ score: 0.49, code: 'injection' }))]);
  expect(found).toEqual({
    verdict: 'pass',
    reports: [{ guard: 'classifier', result: 'passed', score: 0.49, ms: 0, acted: false }],
  });
  expect(await heard([])).toEqual({ verdict: 'pass', reports: [] });
});

test('of several guards the most careful is heard', async () => {
  const flags = (onFlag: OnFlag) => guardOf(() => ({ score: 1, code: 'x' }), { onFlag });
  expect(await heard([flags('fallback'), flags('monitor')])).toMatchObject({ verdict: 'fallback' });
  expect(await heard([flags('review'), flags('fallback')])).toMatchObject({ verdict: 'review' });
  expect(await heard([flags('fallback'), flags('review')])).toMatchObject({ verdict: 'review' });
});

test('guards run at once: together they take as long as the slowest', async () => {
  const clock = virtualClock();
  const takes = (ms: number) =>
    guardOf(() => clock.sleep(ms).then(() => ({ score: 0, code: '' })), { name: `${ms} ms` });
  const { reports } = await clock.run(runGuards([takes(50), takes(150), takes(100)], '', clock, patient));
  expect(reports.map(({ ms }) => ms)).toEqual([50, 150, 100]);
});

test('calls leave before what computes here takes the processor', async () => {
  const order: string[] = [];
  const { withinMs: _, ...here } = guardOf(() => {
    order.push('here');
    return { score: 0, code: '' };
  });
  const call = guardOf(() => {
    order.push('call');
    return Promise.resolve({ score: 0, code: '' });
  });
  await heard([here, call]);
  expect(order).toEqual(['call', 'here']);
});

test('a guard that ignores its signal is told to stop, and not waited for', async () => {
  let told: AbortSignal | undefined;
  await heard([
    guardOf((_, signal) => {
      told = signal;
      return new Promise(() => undefined);
    }),
  ]);
  expect(told?.aborted).toBe(true);
});

test('where the request itself is out of time, so is each of its guards', async () => {
  const { reports } = await heard([guardOf(() => new Promise(() => undefined))], AbortSignal.abort());
  expect(reports).toMatchObject([{ result: 'failed', code: 'slow', ms: 0 }]);
});
