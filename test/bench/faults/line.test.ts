import { type Line, kept, row } from '../../../bench/faults/line';

const line = (over: Partial<Line> = {}): Line => ({
  fault: 'model down',
  requests: 500,
  accepted: 500,
  answeredInDeadline: 500,
  lost: 0,
  duplicated: 0,
  wrong: 0,
  refused: {},
  decidedUnheard: 0,
  emulator: {},
  clientP50Ms: 90,
  clientP99Ms: 200,
  routes: { automated: 500 },
  findings: [],
  struck: 12,
  recoverySeconds: 1.3,
  settledSeconds: 20,
  notes: [],
  ...over,
});

test('a fault that struck, and lost, doubled and mistook nothing, has kept the promises', () => {
  expect(kept(line())).toBe(true);
  expect(kept(line({ struck: null }))).toBe(true);
  expect(kept(line({ recoverySeconds: 0 }))).toBe(true);
});

test.each<[string, Partial<Line>]>([
  ['something is lost', { lost: 1 }],
  ['something is there twice', { duplicated: 1 }],
  ['something is wrong', { wrong: 1 }],
  ['an answer came too late', { answeredInDeadline: 499 }],
  ['nothing was accepted', { accepted: 0, answeredInDeadline: 0 }],
  ['the fault never struck', { struck: 0 }],
  ['it never recovered', { recoverySeconds: null }],
])('no promise is kept where %s', (_, over) => {
  expect(kept(line(over))).toBe(false);
  expect(row(line(over))).toContain('✗');
});

test('a fault that could not be run has kept nothing, and says why', () => {
  const broken = { fault: 'bad deploy', error: 'cdk deploy failed' };
  expect(kept(broken)).toBe(false);
  expect(row(broken)).toMatch(/✗.* bad deploy +cdk deploy failed\n$/);
});

test('below its figures a line tells who was never accepted, and what the emulator said by itself', () => {
  const text = row(
    line({ accepted: 485, refused: { '503 OVERLOADED': 15 }, decidedUnheard: 3, emulator: { ECONNRESET: 2 } }),
  );
  expect(text).toContain('485/500');
  expect(text).toContain('\n    never accepted: 15 × 503 OVERLOADED\n');
  expect(text).toContain('\n    decided all the same: 3\n');
  expect(text).toContain('\n    the emulator itself: 2 × ECONNRESET\n');
});

test('JSON has a value for a recovery that never was', () => {
  expect(JSON.parse(JSON.stringify(line({ recoverySeconds: null })))).toMatchObject({ recoverySeconds: null });
});
