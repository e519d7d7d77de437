// npm run bench:drift: how often alarms are false, and how soon drift is found, beside what others do.
import { parseArgs } from 'node:util';
import type { FeatureKind } from '../core/drift/baseline';
import { binsOf } from '../core/drift/baseline';
import { measureRows } from '../core/drift/build-baseline';
import { counterOf } from '../core/drift/counter';
import { compileEvaluation, ongoingOf } from '../core/drift/evaluate';
import { windowHistory } from '../core/drift/history';
import { ruleOf } from '../core/drift/settings';
import { randomOf } from '../core/random';
import { EVIDENTLY_SHARE, evidentlyColumn, psiAbove, sampleOf, testAt5 } from './drift/rivals';
import { type Draw, SHIFTS, STATIONARY, type Stream } from './drift/streams';

const HELP = `Usage: npm run bench:drift [-- options]

  --json          a JSON line a measurement
  --quick         a tenth of the runs
  --only <part>   stationary or shifts
`;

const HOUR = 3_600_000;
const LOOKS_A_MONTH = 720;
const FEATURES = 20;
const REFERENCE_ROWS = 10_000;

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean' },
    quick: { type: 'boolean' },
    only: { type: 'string' },
    help: { type: 'boolean' },
  },
});

const METHODS = ['plumbline', 'psi 0.1', 'psi 0.2', 'test at 5 %', 'evidently'] as const;
type Method = (typeof METHODS)[number];
type Alarms = Readonly<Record<Method, boolean>>;

/** A pipeline of features, watched window by window in every way. `draws` gives each feature's source of an hour. */
function watch(
  streams: readonly Stream[],
  seed: number,
  referenceRows: number,
  seasonal: boolean,
): (hour: number, rows: number, draws: readonly Draw[], since: number) => Alarms {
  const random = randomOf(seed);
  const kinds = Object.fromEntries(streams.map(({ kind }, i): [string, FeatureKind] => [`f${i}`, kind]));
  const reference = Array.from({ length: referenceRows }, (_, row) => ({
    values: Object.fromEntries(streams.map(({ draw }, i) => [`f${i}`, draw(random, row % 24)])),
    at: (row % 24) * HOUR,
  }));
  const baseline = measureRows(reference, kinds, seasonal ? 'day' : undefined);
  const samples = streams.map((_, i) => sampleOf(reference.map(({ values }) => values[`f${i}`])));
  const evaluate = compileEvaluation(baseline, ruleOf(HOUR, {}));
  const history = windowHistory(HOUR, seasonal);
  let ongoing = {};

  return (hour, rows, draws, since) => {
    const columns = draws.map((draw) => Array.from({ length: rows }, () => draw(random, hour - since)));
    const window = counterOf(baseline.features);
    for (let row = 0; row < rows; row++)
      window.add(Object.fromEntries(columns.map((column, i) => [`f${i}`, column[row]])));
    const features = window.tallies();
    const findings = evaluate(history.push({ window: hour * HOUR, tally: { rows, features } }), ongoing);
    ongoing = ongoingOf(findings);
    const histograms = Object.entries(baseline.features).map(([name, feature]): [number[], number[]] => {
      const { counts, missing } = features[name]!;
      return [binsOf(feature), [...counts, missing]];
    });
    const windows = columns.map(sampleOf);
    const drifting = windows.filter((one, i) => evidentlyColumn(samples[i]!, one)).length;
    return {
      plumbline: findings.drift > 0,
      'psi 0.1': histograms.some(([expected, observed]) => psiAbove(0.1)(expected, observed)),
      'psi 0.2': histograms.some(([expected, observed]) => psiAbove(0.2)(expected, observed)),
      'test at 5 %': windows.some((one, i) => testAt5(samples[i]!, one)),
      evidently: drifting >= EVIDENTLY_SHARE * streams.length,
    };
  };
}

const emptyCounts = (): Record<Method, number> =>
  Object.fromEntries(METHODS.map((method) => [method, 0])) as Record<Method, number>;

/** Windows in alarm a month, though nothing has changed. */
function stationary(name: string, seasonal: boolean, rows: number, months: number): object {
  const streams = Array.from({ length: FEATURES }, () => STATIONARY[name]!);
  const windows = emptyCounts();
  const alarms = emptyCounts();
  const looks = Math.max(24, Math.round(months * LOOKS_A_MONTH));
  // A month of each baseline, so that no single one decides.
  for (let month = 0; month * LOOKS_A_MONTH < looks; month++) {
    const look = watch(streams, 1_000 * rows + month, REFERENCE_ROWS, seasonal);
    let before: Alarms | undefined;
    for (let hour = 0; hour < Math.min(LOOKS_A_MONTH, looks); hour++) {
      const found = look(
        hour,
        rows,
        streams.map(({ draw }) => draw),
        0,
      );
      for (const method of METHODS) {
        if (found[method]) windows[method]++;
        if (found[method] && !before?.[method]) alarms[method]++;
      }
      before = found;
    }
  }
  const monthly = (counts: Record<Method, number>) =>
    Object.fromEntries(
      METHODS.map((method) => [method, Number(((counts[method] / looks) * LOOKS_A_MONTH).toFixed(2))]),
    );
  return {
    stream: name,
    ...(seasonal ? { baseline: 'by hour of the day' } : {}),
    rows,
    looks,
    falseAlarmsAMonth: monthly(alarms),
    windowsInAlarmAMonth: monthly(windows),
  };
}

/** How many windows until a shift of one feature of many is found; null is never within a week. */
function shifted({ name, of, draw }: (typeof SHIFTS)[number], rows: number, runs: number): object {
  const [calm, week] = [24, 168];
  const delays = Object.fromEntries(METHODS.map((method) => [method, [] as number[]])) as Record<Method, number[]>;
  for (let run = 0; run < runs; run++) {
    const streams = Array.from({ length: FEATURES }, (_, i) =>
      i === 0 ? STATIONARY[of]! : STATIONARY[i % 2 === 0 ? 'numeric' : 'categorical']!,
    );
    const look = watch(streams, 77_000 + run, REFERENCE_ROWS, false);
    const before = streams.map((stream) => stream.draw);
    const after = [draw(streams[0]!), ...before.slice(1)];
    for (let hour = 0; hour < calm; hour++) look(hour, rows, before, 0);
    const open = new Set<Method>(METHODS);
    for (let hour = 0; hour < week && open.size > 0 && (hour < 24 || open.has('plumbline')); hour++) {
      const found = look(calm + hour, rows, after, calm);
      for (const method of [...open])
        if (found[method]) {
          delays[method].push(hour + 1);
          open.delete(method);
        }
    }
    for (const method of open) delays[method].push(Infinity);
  }
  const median = (list: number[]) => list.sort((a, b) => a - b)[list.length >> 1]!;
  return {
    shift: name,
    rows,
    runs,
    windowsUntilFound: Object.fromEntries(
      METHODS.map((method) => {
        const middle = median(delays[method]);
        return [method, Number.isFinite(middle) ? middle : null];
      }),
    ),
    found: Object.fromEntries(METHODS.map((method) => [method, delays[method].filter(Number.isFinite).length / runs])),
  };
}

function print(result: object): void {
  if (options.json) {
    process.stdout.write(`${JSON.stringify(result)}\n`);
    return;
  }
  const cells = Object.entries(result).map(([name, value]) =>
    typeof value === 'object' && value !== null
      ? `\n    ${name.padEnd(22)}${Object.entries(value as object)
          .map(([method, x]) => `${method} ${x === null ? 'never' : String(x)}`)
          .join('   ')}`
      : `${name} ${String(value)}  `,
  );
  process.stdout.write(`  ${cells.join('')}\n`);
}

if (options.help) process.stdout.write(HELP);
else {
  const part = options.quick ? 0.1 : 1;
  if (options.only !== 'shifts') {
    const plans = [
      [100, 4],
      [1_000, 2],
      [10_000, 0.3],
      [50_000, 0.1],
    ] as const;
    for (const [rows, months] of plans)
      for (const name of Object.keys(STATIONARY)) {
        if (name === 'seasonal') print(stationary(name, true, rows, months * part));
        else print(stationary(name, false, rows, months * part));
      }
    print(stationary('seasonal', false, 1_000, 0.2 * part));
  }
  if (options.only !== 'stationary')
    for (const shift of SHIFTS) print(shifted(shift, 500, Math.max(3, Math.round(11 * part))));
}
