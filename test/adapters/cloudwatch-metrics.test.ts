import type { CloudWatchClient, MetricDatum } from '@aws-sdk/client-cloudwatch';
import { type JudgedWindow, publishWindow, windowMetrics } from '../../adapters/cloudwatch-metrics';
import { buildBaseline } from '../../core/drift/build-baseline';
import type { ClosedWindow } from '../../core/drift/blocks';
import { type WindowFindings, compileEvaluation } from '../../core/drift/evaluate';
import { TOKENS, UNUSABLE } from '../../core/drift/llm-measures';
import { ruleOf } from '../../core/drift/settings';
import { tallyOf } from '../../core/drift/accumulate';
import { type Observation } from '../../core/drift/tally';
import { baseline } from './contracts/drift-store';
import { fakeClient } from './fake-client';

const WINDOW = Date.parse('2026-11-23T09:00:00.000Z');
const NOW = WINDOW + 95_000;

const row = (n: number, over: Partial<Observation> = {}): Observation => ({
  id: `d${n}`,
  at: WINDOW,
  values: { amount: n, purpose: 'car' },
  route: 'automated',
  outcome: 'approve',
  reasons: [],
  totalMs: 40,
  modelMs: 20,
  ...over,
});

const judged = (findings: WindowFindings, closed: ClosedWindow): JudgedWindow => ({
  findings,
  closed,
  mode: 'cautious',
  burns: new Map([['inDeadline', 0.25]]),
});

function metricsOf(rows: readonly Observation[], reference = baseline): MetricDatum[] {
  const closed = { window: WINDOW, tally: tallyOf(reference, rows) };
  return windowMetrics('loans', judged(compileEvaluation(reference, ruleOf(60_000, {}))([closed]), closed), NOW);
}

/** A metric as "Name{Dimension=value,…}". */
const nameOf = ({ MetricName, Dimensions = [] }: MetricDatum) =>
  `${MetricName}{${Dimensions.map(({ Name, Value }) => `${Name}=${Value}`).join()}}`;
const named = (data: readonly MetricDatum[]) => Object.fromEntries(data.map((datum) => [nameOf(datum), datum]));

test('an empty window says what alarms read, now, and no more', () => {
  const data = metricsOf([]);
  expect(data.map((datum) => [nameOf(datum), datum.Value])).toEqual([
    ['Drift{Pipeline=loans}', 0],
    ['Mode{Pipeline=loans}', 1],
    ['SloBurn{Pipeline=loans,Slo=inDeadline}', 0.25],
    ['FeatureDrift{Pipeline=loans,Feature=amount}', 0],
    ['FeatureDrift{Pipeline=loans,Feature=purpose}', 0],
  ]);
  for (const { Timestamp } of data) expect(Timestamp).toEqual(new Date(NOW));
});

test('a window has every metric once, with its dimensions', () => {
  const rows = [1, 2, 3, 4, 5, 6].map((n) => row(n));
  const data = metricsOf([
    ...rows,
    row(7, { route: 'heuristic', reasons: ['MODEL_TIMEOUT'], modelMs: null }),
    row(8, { route: 'review', outcome: null, values: {} }),
  ]);
  const of = named(data);
  const p = 'Pipeline=loans';
  expect(data.map(nameOf).sort()).toEqual(
    [
      `Automation{${p}}`,
      `Decisions{${p},Route=automated}`,
      `Decisions{${p},Route=heuristic}`,
      `Decisions{${p},Route=review}`,
      `Drift{${p}}`,
      `Fallbacks{${p},Reason=MODEL_TIMEOUT}`,
      `FeatureDrift{${p},Feature=amount}`,
      `FeatureDrift{${p},Feature=purpose}`,
      `FeatureMean{${p},Feature=amount}`,
      `FeatureMissing{${p},Feature=amount}`,
      `FeatureMissing{${p},Feature=purpose}`,
      `FeatureVariance{${p},Feature=amount}`,
      `Latency{${p}}`,
      `ModelLatency{${p}}`,
      `Mode{${p}}`,
      `SchemaViolations{${p}}`,
      `SloBurn{${p},Slo=inDeadline}`,
    ].sort(),
  );
  const value = (name: string, dimension = '') => of[`${name}{${p}${dimension}}`]?.Value;
  expect(value('Automation')).toBe(6 / 8);
  expect(value('Decisions', ',Route=automated')).toBe(6);
  expect(value('Fallbacks', ',Reason=MODEL_TIMEOUT')).toBe(1);
  expect(value('FeatureMean', ',Feature=amount')).toBe(4);
  expect(value('FeatureVariance', ',Feature=amount')).toBeCloseTo(28 / 6);
  expect(value('FeatureMissing', ',Feature=amount')).toBe(1 / 8);
  expect(of[`Latency{${p}}`]).toMatchObject({ Values: [40], Counts: [8], Unit: 'Milliseconds' });
  expect(of[`ModelLatency{${p}}`]).toMatchObject({ Values: [20], Counts: [7], Unit: 'Milliseconds' });
  const alarmed = ['Drift', 'Mode', 'SloBurn', 'FeatureDrift'];
  for (const { MetricName, Timestamp } of data)
    expect(Timestamp).toEqual(new Date(alarmed.includes(MetricName!) ? NOW : WINDOW));
});

test('how old what was looked up was, is a metric by lookup', () => {
  const rows = [3_600, 7_200, 60].map((accounts, n) => row(n, { ages: { accounts, ...(n > 0 ? { ledger: n } : {}) } }));
  const of = named(metricsOf(rows));
  const age = (lookup: string) => of[`FeatureAge{Pipeline=loans,Lookup=${lookup}}`]?.StatisticValues;
  expect(age('accounts')).toEqual({ SampleCount: 3, Sum: 10_860, Minimum: 60, Maximum: 7_200 });
  expect(age('ledger')).toMatchObject({ SampleCount: 2, Maximum: 2 });
});

test('what a language model took is told of as tokens, unusable answers and time to the first token', () => {
  const measures = { [TOKENS.input]: 400, [TOKENS.output]: 20, [UNUSABLE]: 1 };
  const rows = [
    row(1, { measures, firstTokenMs: 90 }),
    row(2, { measures: { ...measures, [UNUSABLE]: 0, 'prompt/1/slow': 1 }, firstTokenMs: 90 }),
  ];
  const of = named(metricsOf(rows));
  const input = of['Tokens{Pipeline=loans,Kind=input}']?.StatisticValues;
  expect(input).toEqual({ SampleCount: 2, Sum: 800, Minimum: 400, Maximum: 400 });
  expect(of['Tokens{Pipeline=loans,Kind=output}']?.StatisticValues).toMatchObject({ Sum: 40 });
  expect(of['UnusableAnswers{Pipeline=loans}']?.StatisticValues).toMatchObject({ SampleCount: 2, Sum: 1 });
  expect(of['FirstToken{Pipeline=loans}']).toMatchObject({ Values: [90], Counts: [2] });
  // What the gate counts is not one metric more for each version of a prompt.
  expect(Object.keys(of).filter((name) => name.includes('prompt/'))).toEqual([]);
});

test('drift counts the features that have drifted', () => {
  const rows = Array.from({ length: 80 }, (_, n) => row(n, { values: { amount: 1e6 + n, purpose: 'boat' } }));
  const of = named(metricsOf(rows));
  expect(of['Drift{Pipeline=loans}']?.Value).toBe(2);
  expect(of['FeatureDrift{Pipeline=loans,Feature=amount}']?.Value).toBe(1);
  expect(of['FeaturePsi{Pipeline=loans,Feature=amount}']?.Value).toBeGreaterThan(1);
});

test('latencies are parted into what one datum takes, none lost', () => {
  const rows = Array.from({ length: 700 }, (_, n) => row(n, { totalMs: n % 350, modelMs: (n % 350) + 1 }));
  const latencies = metricsOf(rows).filter(({ MetricName }) => MetricName === 'Latency');
  expect(latencies.map(({ Values }) => Values?.length)).toEqual([150, 150, 50]);
  expect(latencies.flatMap(({ Values = [] }) => Values)).toEqual(Array.from({ length: 350 }, (_, ms) => ms));
  for (const datum of latencies) {
    expect(new Set(datum.Counts)).toEqual(new Set([2]));
    expect(datum.Counts).toHaveLength(datum.Values!.length);
    // A datum has either values or one value.
    expect(datum).not.toHaveProperty('Value');
  }
});

test('a window of many features goes in several calls, none over 500 metrics', async () => {
  const kinds = Object.fromEntries(Array.from({ length: 200 }, (_, f) => [`f${f}`, 'numeric' as const]));
  const values = (n: number) => Object.fromEntries(Object.keys(kinds).map((name) => [name, n]));
  const wide = buildBaseline(
    Array.from({ length: 20 }, (_, n) => values(n)),
    kinds,
  );
  const closed = {
    window: WINDOW,
    tally: tallyOf(
      wide,
      Array.from({ length: 9 }, (_, n) => row(n, { values: values(n) })),
    ),
  };
  const findings = compileEvaluation(wide, ruleOf(60_000, {}))([closed]);
  const { client, sent } = fakeClient<CloudWatchClient>(() => ({}));
  await publishWindow(client, 'loans', judged(findings, closed), NOW);
  expect(sent.map(({ input }) => input.Namespace)).toEqual(['Plumbline', 'Plumbline']);
  expect(sent[0]!.input.MetricData).toHaveLength(500);
  expect(sent.flatMap(({ input }) => input.MetricData)).toEqual(windowMetrics('loans', judged(findings, closed), NOW));
});

test('groups are told of by outcome, in ASCII, and only where there are five of them', () => {
  const member = (n: number, groups: string[], over: Partial<Observation> = {}) => row(n, { groups, ...over });
  const data = metricsOf([
    ...[1, 2, 3, 4].map((n) => member(n, ['input.sex=weiblich', 'input.origin=à l’est=west'])),
    member(5, ['input.sex=männlich', 'input.origin=à l’est=west'], { route: 'review', outcome: null }),
  ]);
  const told = data.filter(({ MetricName }) => MetricName === 'GroupOutcomes');
  expect(told.map((datum) => [nameOf(datum), datum.Value])).toEqual([
    ['GroupOutcomes{Pipeline=loans,Field=input.origin,Group=? l?est=west,Outcome=approve}', 4],
    ['GroupOutcomes{Pipeline=loans,Field=input.origin,Group=? l?est=west,Outcome=review}', 1],
  ]);
});

test('what is learned is told of as sums and counts, of groups only where there are five', () => {
  const cost = (n: number, paid: number, groups: string[]): Observation => ({
    id: `c${n}`,
    at: WINDOW,
    learned: { cost: paid, error: { source: 'reported', wrong: paid > 0 }, groups },
  });
  const sample = (n: number): Observation => ({
    id: `s${n}`,
    at: WINDOW,
    learned: { error: { source: 'sample', wrong: n === 1 }, groups: [] },
  });
  const learned = [0, 0, 0, 1, 5].map((paid, n) => cost(n, paid, ['input.sex=f', `input.age=${n}`]));
  const of = named(metricsOf([...learned, sample(1), sample(2)]));
  const sums = Object.fromEntries(Object.entries(of).map(([name, datum]) => [name, datum!.StatisticValues]));
  expect(sums).toEqual({
    'Drift{Pipeline=loans}': undefined,
    'RealizedCost{Pipeline=loans}': { SampleCount: 5, Sum: 6, Minimum: 0, Maximum: 5 },
    'AutomatedError{Pipeline=loans,Source=reported}': { SampleCount: 5, Sum: 2, Minimum: 0, Maximum: 1 },
    'AutomatedError{Pipeline=loans,Source=sample}': { SampleCount: 2, Sum: 1, Minimum: 0, Maximum: 1 },
    'GroupCost{Pipeline=loans,Field=input.sex,Group=f}': { SampleCount: 5, Sum: 6, Minimum: 0, Maximum: 5 },
  });
  const rows = [0.25, 0.05, 0.1, 0.1, 0.1].map((chanceOfError, n) => row(n, { chanceOfError }));
  const estimated = metricsOf([...rows, row(9)]);
  expect(named(estimated)['EstimatedError{Pipeline=loans}']!.StatisticValues).toMatchObject({
    SampleCount: 5,
    Sum: expect.closeTo(0.6, 12),
  });
  // Fewer come close to telling one decision's, whose reviewer may not know it yet.
  expect(Object.keys(named(metricsOf(rows.slice(1)))).join()).not.toContain('EstimatedError');
});

test('a candidate is told of by the share that it flips and by what its choices cost more', () => {
  const compared = (n: number, flip: boolean, cost: number | null) => row(n, { comparison: { flip, cost } });
  const data = metricsOf([compared(1, true, 3), compared(2, false, 0), compared(3, false, null), row(4)]);
  const of = named(data);
  expect(of['CandidateFlips{Pipeline=loans}']!.Value).toBeCloseTo(1 / 3, 12);
  expect(of['CandidateCost{Pipeline=loans}']!.Value).toBe(1.5);
  expect(Object.keys(named(metricsOf([row(1)]))).join()).not.toMatch(/Candidate|Group/);
});
