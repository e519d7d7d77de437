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
