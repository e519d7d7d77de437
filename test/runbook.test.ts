import { PipelineStack, definePipeline, expectedCost, review, safeDefault, sagemaker } from '../lib';
import { ofType, resourcesOf, stacks, testApp } from './lib/templates';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const runbook = join(__dirname, '../docs/operate/runbook.md');
/** Has every alarm that a definition can ask for. */
const alarmed = new PipelineStack(testApp(), 'Alarmed', {
  definition: definePipeline({
    name: 'alarmed',
    input: { type: 'object', properties: { amount: { type: 'number' } }, required: ['amount'] },
    model: sagemaker({ endpoint: 'model', columns: ['input.amount'], probabilityOf: 'bad' }),
    decide: {
      outcomes: ['pay', 'refuse'],
      labels: ['good', 'bad'],
      costs: { pay: { good: 0, bad: 5 }, refuse: { good: 1, bad: 0 }, review: 1 },
      policy: expectedCost(),
    },
    deadline: '500ms',
    fallback: [review(), safeDefault(null)],
    review: { sla: '4h', capacity: 30 },
    slo: { inDeadline: 0.999, answered: 0.99 },
    drift: {
      baseline: {
        rows: 100,
        features: {
          amount: { kind: 'numeric', missing: 0, mean: 5, variance: 4, edges: [0, 10], counts: [0, 100, 0] },
        },
      },
      critical: ['amount'],
    },
  }),
});
const resources = [...stacks, alarmed].flatMap((stack) => Object.entries(resourcesOf(stack)));
const alarms = ofType(Object.fromEntries(resources), 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);

/** Entries of the runbook by the anchor of their heading: each second-level heading is an alarm's. */
function entries(): Map<string, string> {
  if (!existsSync(runbook)) throw new Error(`${runbook} is missing. It says for each alarm what to do.`);
  const sections = readFileSync(runbook, 'utf8').split(/^## /m).slice(1);
  return new Map(
    sections.map((section) => {
      const [heading = '', ...text] = section.split('\n');
      const anchor = heading
        .toLowerCase()
        .replace(/[^\w -]/g, '')
        .trim()
        .replace(/ /g, '-');
      return [anchor, text.join('\n').trim()];
    }),
  );
}

test('there are alarms', () => {
  expect(alarms.length).toBeGreaterThan(0);
});

const anchors = alarms.map(({ AlarmDescription }) => {
  const link = /What to do: (\S+)#(\S+)$/.exec(AlarmDescription);
  expect(link?.[1]).toMatch(/^https:\/\/\S+\/blob\/main\/docs\/operate\/runbook\.md$/);
  return link![2]!;
});

test('the runbook has an entry for every alarm, by the link in its description, and for nothing else', () => {
  expect([...entries().keys()].sort()).toEqual([...new Set(anchors)].sort());
});

test('every entry says something', () => {
  for (const text of entries().values()) expect(text.split(/\s+/).length).toBeGreaterThan(30);
});
