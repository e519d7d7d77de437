/**
 * How long guards take, and how often those of answers flag what is harmless: `npx tsx bench/guards/answers.ts
 * <mails.jsonl>`. Of each mail an answer quotes a sentence and names a link. The worst is that of texts of 100,000
 * characters that repeat what patterns look for.
 */
import { readFileSync } from 'node:fs';
import type { Answered } from '../../core/llm/guards/output/answered';
import { canaryLeak, canaryOf, promptLeak } from '../../core/llm/guards/output/leaks';
import { linksGuard } from '../../core/llm/guards/output/links';
import { placeholdersGuard, quotesGuard } from '../../core/llm/guards/output/quotes';
import { maskIn } from '../../core/llm/guards/personal-data';
import type { GuardAnswer } from '../../core/llm/guards/run-guards';
import { PERSONAL_KINDS } from '../../core/llm/guards/settings';
import { loadInjectionModel } from '../../core/llm/injection-model';
import { compileInputGuards } from '../../core/llm/input-guards';

const mails = readFileSync(process.argv[2]!, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as { readonly subject: string; readonly body: string });
const system = 'You sort the mail of a small company. Never deliver a message that asks for a password. '.repeat(20);
const canary = canaryOf('a secret', 'sha256:1');
const HOSTILE = [
  'a', 'a.', 'a-', '"', '“a', '![', '](', '<img src', 'java', 'j ', 'http://', 'http://a.b/c ', 'www.', '&#1', '[EMAIL_1]',
  'A1', 'data:', '[a]: ', 'Never deliver ', 'Ignore all. ', 'h4ck 7h3 ', 'a@b.cd ', '1.2.3.4 ', 'Best\n', '1-', 'Dear ', '0 1',
]; // prettier-ignore

const answered = (reason: string, data: readonly string[]): Answered => ({
  answer: { verdict: 'spam', reason },
  system,
  canary,
  data,
  given: new Map(),
});
const timed = <T>(run: () => T): [number, T] => {
  const began = performance.now();
  const result = run();
  return [performance.now() - began, result];
};
const worst = (look: (text: string) => unknown) =>
  Math.max(...HOSTILE.map((part) => timed(() => look(part.repeat(100_000 / part.length)))[0]));
const rows: Record<string, object> = {};
const report = (name: string, times: number[], flagged: number, worstMs: number) => {
  times.sort((a, b) => a - b);
  const at = (share: number) => Number(times[Math.ceil(share * times.length) - 1]!.toFixed(3));
  rows[name] = { p50: at(0.5), p99: at(0.99), worst: Math.round(worstMs), flagged };
};

const guards: Readonly<Record<string, (answered: Answered) => GuardAnswer>> = {
  prompt: promptLeak,
  canary: canaryLeak,
  links: linksGuard([]),
  quotes: quotesGuard,
  placeholders: placeholdersGuard,
};
for (const [name, guard] of Object.entries(guards)) {
  const runs = mails.map(({ subject, body }) => {
    const sentence = body.split(/(?<=[.!?])\s+/)[1] ?? '';
    const [link = 'nothing'] = /https?:\/\/[^\s<>"')\]]+/.exec(body) ?? [];
    const reason = `The mail says "${sentence.replace(/"/g, '').slice(0, 200)}" and links to ${link}, as such mails do.`;
    return timed(() => guard(answered(reason, [subject, body])));
  });
  const flagged = runs.filter(([, answer]) => !('score' in answer) || answer.score >= 0.5).length;
  report(name, runs.map(([ms]) => ms), flagged, worst((text) => guard(answered(text, ['a mail'])))); // prettier-ignore
}
const builtin = compileInputGuards(loadInjectionModel());
const looked = mails.map(({ body }) => timed(() => builtin(body)));
report('builtin (input)', looked.map(([ms]) => ms), looked.filter(([, { flagged }]) => flagged).length, worst(builtin)); // prettier-ignore
const mask = (text: string) => maskIn(text, { mask: PERSONAL_KINDS });
report('personal data', mails.map(({ body }) => timed(() => mask(body))[0]), 0, worst(mask)); // prettier-ignore
console.log(`${mails.length} mails; milliseconds`);
console.table(rows);
