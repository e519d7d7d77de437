import { readOptions } from '../../../bench/faults/options';

const FAULTS = ['none', 'model down', 'model slow', 'clocks apart'];
const read = (...args: string[]) => readOptions(args, FAULTS);

test('without options, all faults are run under 500 requests each', () => {
  expect(read()).toEqual({ json: false, findings: false, requests: 500, faults: FAULTS });
});

test('faults are chosen by how their names begin, and run in their own order', () => {
  expect(read('--only', 'clocks, model', '--json')).toMatchObject({
    json: true,
    faults: ['model down', 'model slow', 'clocks apart'],
  });
});

test('help is given for the asking', () => {
  expect(read('--help')).toBe('help');
});

test.each([
  [['--only', 'modle'], 'No fault begins with "modle". There are:\n  none\n'],
  [['--only', 'none,modle'], '"modle"'],
  [['--only', ''], 'No fault begins with ""'],
  [['--requests', 'many'], '--requests many is no whole number from 1 to 600'],
  [['--requests', '0'], '--requests 0 is'],
  [['--requests', '601'], '--requests 601 is'],
  [['--requests', '1.5'], '--requests 1.5 is'],
  [['--jsn'], "Unknown option '--jsn'"],
])('%j is refused rather than run as nothing', (args, problem) => {
  expect(read(...args)).toEqual({ problem: expect.stringContaining(problem) as string });
});
