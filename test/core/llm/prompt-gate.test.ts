import fc from 'fast-check';
import { judgeCandidate, logEvidenceAbove, measureOf } from '../../../core/llm/prompt-gate';
import { promptFor, type PromptState, promptsUnder, setPrompts } from '../../../core/llm/prompt-state';
import { randomOf } from '../../../core/random';
import { triage, triageWith } from './triage';

const one = triage.model.prompts.versions['1']!;
const prompts = { live: '1', versions: { '1': one, '2': one, '3': one } };
const MINUTE = 60_000;
const start = promptsUnder(undefined, prompts);
const tried = setPrompts(start, {
  to: { live: '1', candidate: { version: '2', share: 0.5 } },
  reason: 'try',
  by: 'me',
  at: '2026-11-28T09:00:00.000Z',
}).state;

/** Windows of decisions by the candidate, of which so many have a fault; when it is taken back, and why. */
function run(windows: readonly (readonly [n: number, k: number])[], fault = 'unusable', gate = {}) {
  let state: PromptState = tried;
  for (const [i, [n, k]] of windows.entries()) {
    const counted = new Map([[measureOf('2', fault), { n, sum: k }]]);
    const judged = judgeCandidate(state, gate, i * MINUTE, counted, i * MINUTE + 90_000);
    state = judged.state;
    if (judged.change) return { at: i, change: judged.change, state };
  }
  return { state };
}

test('a candidate whose answers cannot be used is taken back by the first window', () => {
  const { at, change, state } = run([[10, 10]]);
  expect(at).toBe(0);
  expect(state).toMatchObject({ live: '1', candidate: null, by: 'plumbline', version: 2 });
  expect(change).toMatchObject({
    from: { live: '1', candidate: { version: '2' } },
    to: { live: '1', candidate: null },
    reason: 'version 2: unusable 10 of 10 decisions, more than 5 %',
    at: '1970-01-01T00:01:30.000Z',
  });
});

test('one bad answer, or as many as are allowed, is no reason', () => {
  expect(run([[1, 1]]).change).toBeUndefined();
  expect(run(Array.from({ length: 200 }, () => [20, 1] as const)).change).toBeUndefined();
});

test('a few too many are found in time', () => {
  const { at } = run(Array.from({ length: 200 }, () => [20, 3] as const));
  expect(at).toBeLessThan(12);
});

test.each([
  ['slow', { slow: { ms: 1_000, share: 0.1 } }],
  ['costly', { costly: { tokens: 500, share: 0.1 } }],
  ['overridden', { overridden: 0.1 }],
  ['unanswered', {}],
])('%s decisions are a gate of their own', (fault, gate) => {
  expect(run([[20, 12]], fault, gate).change!.reason).toContain(`${fault} 12 of 20`);
});

test('what is no gate takes nothing back', () => {
  expect(run([[20, 20]], 'slow').change).toBeUndefined();
});

test('the same window counts once', () => {
  const counted = new Map([[measureOf('2', 'unusable'), { n: 2, sum: 2 }]]);
  const first = judgeCandidate(tried, {}, MINUTE, counted, 0).state;
  expect(judgeCandidate(first, {}, MINUTE, counted, 0).state).toBe(first);
  expect(first.watch.seen.unusable).toEqual([2, 2]);
});

test('what was seen of a candidate is forgotten with it', () => {
  const { state } = run([[10, 10]]);
  const again = setPrompts(state, {
    to: { live: '1', candidate: { version: '3', share: 1 } },
    reason: 'x',
    by: 'me',
    at: '',
  });
  expect(again.state.watch.seen).toEqual({});
});

test('a candidate within its limits is hardly ever taken back, however often one looks', () => {
  const random = randomOf(6);
  let taken = 0;
  for (let trial = 0; trial < 100; trial++) {
    let [n, k] = [0, 0];
    for (let look = 0; look < 100; look++) {
      n += 5;
      for (let i = 0; i < 5; i++) k += Number(random() < 0.05);
      if (logEvidenceAbove(0.05, n, k) < Math.log(1_000)) continue;
      taken++;
      break;
    }
  }
  // A thousandth of 100; three or more come once in thousands of runs.
  expect(taken).toBeLessThan(3);
});

test('evidence is 1 on average over what is foretold: it is an e-process', () => {
  // All ways in which 12 decisions can go, each as often as it comes at the limit.
  const limit = 0.2;
  let mean = 0;
  let ways = 1;
  for (let k = 0; k <= 12; k++) {
    mean += ways * limit ** k * (1 - limit) ** (12 - k) * Math.exp(logEvidenceAbove(limit, 12, k));
    ways = (ways * (12 - k)) / (k + 1);
  }
  expect(mean).toBeCloseTo(1, 9);
});

describe('the prompts in use', () => {
  test('are the definition’s until others are set', () => {
    expect(start).toMatchObject({ live: '1', candidate: null, version: 0, since: null });
    expect(promptsUnder(tried, prompts)).toBe(tried);
  });

  test('are the definition’s again once a deployment names another live version', () => {
    expect(promptsUnder(tried, { ...prompts, live: '3' })).toMatchObject({ live: '3', candidate: null, version: 1 });
  });

  test('forget versions that a deployment has taken away', () => {
    const { '2': _, ...rest } = prompts.versions;
    expect(promptsUnder(tried, { ...prompts, versions: rest })).toMatchObject({ live: '1', candidate: null });
    const promoted = setPrompts(tried, { to: { live: '2', candidate: null }, reason: 'x', by: 'me', at: '' }).state;
    expect(promoted.before).toBe('1');
    expect(promptsUnder(promoted, { ...prompts, versions: rest })).toMatchObject({ live: '1' });
  });

  test('are drawn by the decision’s id: the same one always, and about the share', () => {
    const { llm } = triageWith({ prompts });
    const use = { live: '1', candidate: { version: '2', share: 0.25 } };
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (id) => {
        expect(promptFor(llm!, use, id)).toBe(promptFor(llm!, use, id));
      }),
      { seed: 6 },
    );
    const versions = Array.from({ length: 2_000 }, (_, i) => promptFor(llm!, use, `decision-${i}`).version);
    const share = versions.filter((version) => version === '2').length / versions.length;
    expect(Math.abs(share - 0.25)).toBeLessThan(0.05);
    expect(promptFor(llm!, use, '').version).toBe('1');
    expect(promptFor(llm!, { live: 'gone', candidate: null }, 'x').version).toBe('1');
    expect(promptFor(llm!, undefined, 'x').version).toBe('1');
  });
});
