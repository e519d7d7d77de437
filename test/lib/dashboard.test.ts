import { ofType, resourcesOf, stacks } from './templates';

interface Widget {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: { readonly title?: string; readonly metrics?: readonly unknown[]; readonly alarms?: unknown[] };
}

const resources = Object.fromEntries(stacks.flatMap((stack) => Object.entries(resourcesOf(stack))));
const [[, { Properties }]] = ofType(resources, 'AWS::CloudWatch::Dashboard') as unknown as [
  [string, { Properties: object }],
];
const { DashboardBody } = Properties as { DashboardBody: { 'Fn::Join': [string, unknown[]] } };
/** The body with a word in the place of each reference. */
const body = DashboardBody['Fn::Join'][1].map((part) => (typeof part === 'string' ? part : 'reference')).join('');
const { widgets } = JSON.parse(body) as { widgets: readonly Widget[] };

test('the dashboard fills its rows, and nothing lies over anything else', () => {
  const cells = widgets.flatMap(({ x, y, width, height }) =>
    Array.from({ length: width * height }, (_, i) => `${x + (i % width)},${y + Math.floor(i / width)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(cells.length % 24).toBe(0);
});

test('it shows every alarm, and what an operator and an executive ask for', () => {
  const alarms = ofType(resources, 'AWS::CloudWatch::Alarm');
  expect(widgets.find(({ type }) => type === 'alarm')!.properties.alarms).toHaveLength(alarms.length);
  for (const metric of ['Automation', 'RealizedCost', 'Latency', 'Fallbacks', 'Drift', 'ReviewAge', 'SloBurn', 'Mode'])
    expect(body).toContain(metric);
});

test('each feature of the model is a line, what the pipeline makes of them is not', () => {
  const psi = widgets.find(({ properties }) => properties.title?.startsWith('PSI'))!.properties.metrics!;
  const features = psi.map((metric) => (metric as string[])[3]);
  expect(features).toHaveLength(19);
  expect(features).toContain('instalment');
});
