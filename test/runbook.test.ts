import { ofType, resourcesOf, stacks } from './lib/templates';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const runbook = join(__dirname, '../docs/operate/runbook.md');
const resources = stacks.flatMap((stack) => Object.entries(resourcesOf(stack)));
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

test('every alarm links to its entry in the runbook', () => {
  for (const { AlarmDescription, MetricName } of alarms) {
    const link = /What to do: (\S+)#(\S+)$/.exec(AlarmDescription);
    expect(link?.[1]).toMatch(/^https:\/\/\S+\/blob\/main\/docs\/operate\/runbook\.md$/);
    // The notifier makes its link of the metric's name.
    expect(link?.[2]).toBe(MetricName.toLowerCase());
  }
});

test('the notifier links to the same page', () => {
  const links = ofType(Object.fromEntries(resources), 'AWS::Lambda::Function')
    .map(([, { Properties }]) => Properties.Environment?.Variables?.RUNBOOK_URL)
    .filter((url) => url !== undefined);
  expect(links).toHaveLength(1);
  for (const { AlarmDescription } of alarms) expect(AlarmDescription).toContain(`${links[0]}#`);
});

test('the runbook has an entry for every alarm, and for nothing else', () => {
  expect([...entries().keys()].sort()).toEqual(alarms.map(({ MetricName }) => MetricName.toLowerCase()).sort());
});

test('every entry says something', () => {
  for (const text of entries().values()) expect(text.split(/\s+/).length).toBeGreaterThan(30);
});
