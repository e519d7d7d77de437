import fc from 'fast-check';
import { type Measured, judgeWindow, measure } from '../../../core/control/mode-rule';
import { FIRST_MODE, type ModeState, setMode } from '../../../core/control/mode-state';
import type { Mode } from '../../../core/decision/decision';

const MINUTE = 60_000;

type Minute = Omit<Measured, 'window'>;
const well: Minute = { decisions: 100, failures: 0, late: 0, drift: 0, probe: true };
const down: Minute = { ...well, failures: 100, probe: false };

/** Lets minutes pass; the mode after each. */
function run(minutes: readonly Minute[], from: ModeState = FIRST_MODE) {
  let state = from;
  const modes: Mode[] = [];
  const reasons: string[] = [];
  for (const [i, minute] of minutes.entries()) {
    const window = i * MINUTE;
    const judged = judgeWindow(state, { ...minute, window }, window + 1.5 * MINUTE);
    state = judged.state;
    modes.push(state.mode);
    if (judged.change) reasons.push(judged.change.reason);
  }
  return { state, modes, reasons };
}
const times = (n: number, minute: Minute): Minute[] => Array.from({ length: n }, () => minute);

test('while all is well nothing changes', () => {
  expect(run(times(10, well)).state).toMatchObject({ mode: 'normal', version: 0 });
});

test('a model that is gone leads to fallback in two steps, and its return back in as many, after calm', () => {
  const { modes, reasons } = run([...times(4, down), ...times(7, well)]);
  expect(modes).toEqual([
    ...['cautious', 'fallback', 'fallback', 'fallback'],
    ...['fallback', 'fallback', 'cautious'],
    ...['cautious', 'cautious', 'normal', 'normal'],
  ]);
  expect(reasons).toEqual([
    'the model gave no answer in 100 % of the decisions',
    'the model gave no answer in 100 % of the decisions',
    'all has been well for a while',
    'all has been well for a while',
  ]);
});

test.each<[string, Minute, Mode]>([
  ['a tenth of the answers missing', { ...well, failures: 10 }, 'cautious'],
  ['a twentieth too late', { ...well, late: 5 }, 'cautious'],
  ['a fifth of the model’s weight drifted', { ...well, drift: 0.2 }, 'cautious'],
  ['half of it', { ...well, drift: 0.5 }, 'review_all'],
  ['half of it, and the model gone', { ...down, drift: 0.5 }, 'review_all'],
  ['a little of everything', { ...well, failures: 9, late: 4, drift: 0.19 }, 'normal'],
])('%s, for an hour', (_, minute, mode) => {
  const { modes } = run(times(60, minute));
  expect(modes.at(-1)).toBe(mode);
  // It moves there, and does not swing.
  expect(new Set(modes).size).toBeLessThanOrEqual(2);
});

test('all that is wrong is told, not only what moves the mode', () => {
  const { modes, reasons } = run([{ ...well, failures: 60, late: 5, drift: 0.3 }]);
  expect(modes).toEqual(['cautious']);
  expect(reasons).toEqual([
    'the model gave no answer in 60 % of the decisions; 5 % of the decisions missed the deadline; ' +
      "features with 30 % of the model's weight have drifted",
  ]);
});

test('what is neither bad nor well holds the mode where it is', () => {
  const between = { ...well, failures: 7 };
  expect(run([down, ...times(60, between)]).modes.at(-1)).toBe('cautious');
  expect(run(times(60, between)).modes.at(-1)).toBe('normal');
});

test('one good minute between bad ones does not bring it back', () => {
  const { modes } = run(Array.from({ length: 60 }, (_, i) => (i % 3 === 2 ? well : down)));
  expect(new Set(modes.slice(2))).toEqual(new Set(['fallback']));
});

test('few decisions are added up before they are judged', () => {
  expect(run(times(3, { ...down, decisions: 5, failures: 5 })).modes.at(-1)).toBe('normal');
  expect(run(times(4, { ...down, decisions: 5, failures: 5 })).modes.at(-1)).toBe('cautious');
  // Five windows are enough to wait for them.
  expect(run(times(5, { ...down, decisions: 1, failures: 1 })).modes.at(-1)).toBe('cautious');
});

test('in fallback only the probe counts, with traffic or without', () => {
  const gone = run(times(2, down)).state;
  expect(gone.mode).toBe('fallback');
  const quiet: Minute = { decisions: 0, failures: 0, late: 0, drift: 0, probe: false };
  const later = (minutes: Minute[]) => run([...times(2, down), ...minutes]).modes.at(-1);
  expect(later(times(60, quiet))).toBe('fallback');
  expect(later(times(3, { ...quiet, probe: true }))).toBe('cautious');
  // Without a baseline there is nothing to ask the model with: it is tried again after a while.
  expect(later(times(3, { ...quiet, probe: undefined }))).toBe('cautious');
});

test('a pinned mode stays, and a released one comes back by itself', () => {
  const at = '2026-11-24T09:00:00.000Z';
  const halted = setMode(FIRST_MODE, { mode: 'halt', pinned: true, reason: 'fire', by: 'ann', at }).state;
  expect(run(times(60, well), halted).modes.at(-1)).toBe('halt');
  const released = setMode(halted, { mode: 'halt', pinned: false, reason: 'out', by: 'ann', at }).state;
  const silence: Minute = { decisions: 0, failures: 0, late: 0, drift: 0 };
  // Nothing is decided in `halt`, so there is nothing to see but that time passes.
  expect(run(times(60, silence), released).modes.at(-1)).toBe('normal');
});

test('the same window counts once, and an old one not at all', () => {
  const measured = { ...down, window: 5 * MINUTE };
  const once = judgeWindow(FIRST_MODE, measured, 0).state;
  expect(judgeWindow(once, measured, 0).state).toBe(once);
  expect(judgeWindow(once, { ...measured, window: 4 * MINUTE }, 0).state).toBe(once);
});

const minutes = fc.array(
  fc.record({
    decisions: fc.nat(50),
    failures: fc.nat(50),
    late: fc.nat(50),
    drift: fc.constantFrom(0, 0.1, 0.3, 0.6),
    probe: fc.option(fc.boolean(), { nil: undefined }),
  }),
  { maxLength: 80 },
);

test('whatever happens it moves one step at a time, never halts, counts its changes, and returns when all is well', () => {
  const steps: Partial<Record<Mode, readonly Mode[]>> = {
    normal: ['cautious'],
    cautious: ['normal', 'fallback', 'review_all'],
    fallback: ['cautious', 'review_all'],
    review_all: ['cautious'],
  };
  fc.assert(
    fc.property(minutes, (list) => {
      const sane = list.map((minute) => ({
        ...minute,
        failures: Math.min(minute.failures, minute.decisions),
        late: Math.min(minute.late, minute.decisions),
      }));
      const { modes } = run([...sane, ...times(20, well)]);
      let changes = 0;
      let before: Mode = 'normal';
      for (const mode of modes) {
        if (mode !== before) {
          changes++;
          expect(steps[before]).toContain(mode);
        }
        before = mode;
      }
      expect(modes.at(-1)).toBe('normal');
      expect(run(sane).state.version).toBeLessThanOrEqual(changes);
    }),
    { seed: 21, numRuns: 300 },
  );
});

test('a window is measured by its reasons and times', () => {
  const tally = {
    rows: 10,
    reasons: new Map([
      ['MODEL_TIMEOUT', 3],
      ['MODEL_CIRCUIT_OPEN', 4],
      ['MODEL_SKIPPED', 4],
      ['MODEL_UNANSWERED', 5],
      ['FEATURES_STALE', 5],
    ]),
    totalMs: new Map([
      [40, 8],
      [800, 1],
      [801, 1],
    ]),
  };
  expect(measure(0, tally, 800)).toEqual({ window: 0, decisions: 10, failures: 5, late: 1 });
});
