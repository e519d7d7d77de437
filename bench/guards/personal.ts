/**
 * How much personal data is found, and what else: `npx tsx bench/guards/personal.ts <data.jsonl> [--show]`. A value is
 * found where all of it is masked; a false alarm is what was masked and has nothing of a value in it. Lines are
 * `{ "text", "personal": [{ "kind", "value" }] }`; of those without `personal`, such as mails, only counts and time.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { maskIn, restoreIn } from '../../core/llm/guards/personal-data';
import { PERSONAL_KINDS, type PersonalKind } from '../../core/llm/guards/settings';

const { values, positionals } = parseArgs({ options: { show: { type: 'boolean' } }, allowPositionals: true });

interface Line {
  readonly text?: string;
  readonly subject?: string;
  readonly body?: string;
  readonly personal?: readonly { readonly kind: PersonalKind; readonly value: string }[];
}

const lines = readFileSync(positionals[0]!, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Line);

const found = new Map<string, { values: number; found: number; masked: number; alarms: number }>();
const of = (kind: string) => {
  if (!found.has(kind)) found.set(kind, { values: 0, found: 0, masked: 0, alarms: 0 });
  return found.get(kind)!;
};
const times: number[] = [];
let characters = 0;
let wrong = 0;

for (const { text = '', subject, body, personal } of lines) {
  const whole = body === undefined ? text : `${subject}\n${body}`;
  const began = performance.now();
  const { value, given } = maskIn(whole, { mask: PERSONAL_KINDS });
  times.push((1_000_000 * (performance.now() - began)) / Math.max(1, whole.length));
  characters += whole.length;
  if (restoreIn(value, given) !== whole) throw new Error('What was masked is not what is restored.');
  // Which characters were masked: the text between placeholders is the text itself.
  const masked = new Uint8Array(whole.length);
  const spans: { kind: string; start: number; end: number }[] = [];
  let at = 0;
  for (const part of value.split(/(\[[A-Z_]+_\d+\])/)) {
    const original = given.get(part) ?? part;
    if (given.has(part)) {
      masked.fill(1, at, at + original.length);
      const kind = part.slice(1, part.lastIndexOf('_')).toLowerCase().replace('_', '-');
      spans.push({ kind, start: at, end: at + original.length });
      of(kind).masked++;
      if (values.show && personal === undefined) console.log(`${kind}\t${JSON.stringify(original)}`);
    }
    at += original.length;
  }
  if (personal === undefined) continue;
  const named = new Uint8Array(whole.length);
  let from = 0;
  for (const { kind, value: wanted } of personal) {
    const start = whole.indexOf(wanted, from);
    if (start < 0) throw new Error(`${JSON.stringify(wanted)} does not stand in ${JSON.stringify(whole)}`);
    from = start + wanted.length;
    named.fill(1, start, from);
    of(kind).values++;
    if (masked.subarray(start, from).every((one) => one === 1)) of(kind).found++;
    else if (values.show) console.log(`missed ${kind}\t${JSON.stringify(wanted)} in ${JSON.stringify(value)}`);
  }
  const alarms = spans.filter(({ start, end }) => named.subarray(start, end).every((one) => one === 0));
  for (const { kind, start, end } of alarms) {
    of(kind).alarms++;
    if (values.show)
      console.log(`alarm ${kind}\t${JSON.stringify(whole.slice(start, end))} in ${JSON.stringify(whole)}`);
  }
  if (personal.length === 0 && alarms.length > 0) wrong++;
}

times.sort((a, b) => a - b);
const none = lines.filter(({ personal }) => personal?.length === 0).length;
console.table(Object.fromEntries(found));
const median = times[Math.floor(times.length / 2)]!.toFixed(0);
console.log(`${lines.length} texts, ${characters} characters, ${median} µs a thousand characters in the median`);
if (none > 0) console.log(`${wrong} of ${none} texts without personal data were changed`);
