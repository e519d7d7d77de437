import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { PLACEHOLDERS, maskIn, restoreIn } from '../../../../core/llm/guards/personal-data';
import { readMails } from '../../../../examples/mail-triage/data/mails';
import { PERSONAL_KINDS, type PersonalKind } from '../../../../core/llm/guards/settings';

const all = { mask: PERSONAL_KINDS };
const masked = (text: string) => maskIn(text, all).value;

const data = join(__dirname, '../../../../bench/guards/data');
interface Line {
  readonly text: string;
  readonly personal: readonly { readonly kind: PersonalKind; readonly value: string }[];
}
const labelled = (name: string) =>
  readFileSync(join(data, `${name}.jsonl`), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
const lines = ['personal-dev', 'personal-held-out'].flatMap((name) => labelled(name).map(({ text }) => text));

test.each([
  ['Write to anna@example.com, cc: ANNA@example.com.', 'Write to [EMAIL_1], cc: [EMAIL_2].'],
  ['a@b.example and c@d.example, then a@b.example', '[EMAIL_1] and [EMAIL_2], then [EMAIL_1]'],
  ['IBAN DE89 3704 0044 0532 0130 00 and 4111 1111 1111 1111', 'IBAN [IBAN_1] and [CARD_1]'],
  ['SSN 219-09-9999, born on 7 May 1962', 'SSN [ID_1], born on [BIRTH_DATE_1]'],
  ['from 203.0.113.42 or 2001:db8::8a2e:370:7334', 'from [IP_1] or [IP_2]'],
  ['Dear Mr Smith,\ncall +49 151 23456789.\nRegards,\nAnn Miller', 'Dear Mr [NAME_1],\ncall [PHONE_1].\nRegards,\n[NAME_2]'],
  ['Ship it to 221 Baker Street, please.', 'Ship it to [ADDRESS_1], please.'],
])('%j becomes %j', (text, expected) => expect(masked(text)).toBe(expected)); // prettier-ignore

test.each([
  ['an IBAN', 'DE89 3704 0044 0532 0130 01'],
  ['a card', '4111 1111 1111 1112'],
  ['a DNI', '12345678A'],
  ['a codice fiscale', 'RSSMRA85T10A562T'],
  ['a NIR', '2 55 08 14 168 025 39'],
  ['a national register number', '85.07.30-033.29'],
  ['a PESEL', '44051401358'],
  ['a personnummer', '811228-9875'],
  ['a henkilötunnus', '131052-308U'],
  ['a BSN', 'BSN 111222334'],
  ['a tax id', 'Steuer-ID 86095742718'],
  ['a SSN', '666-12-1234'],
  ['an IP address', '256.1.1.1'],
])('what has wrong check digits is not taken for %s', (_, text) => {
  const mask = PERSONAL_KINDS.filter((kind) => kind !== 'phone');
  expect(maskIn(text, { mask }).value).toBe(text);
});

test('only what is asked for is masked', () => {
  const text = 'a@b.example, 203.0.113.42';
  expect(maskIn(text, { mask: ['ip'] }).value).toBe('a@b.example, [IP_1]');
  expect(maskIn(text, { mask: [] }).value).toBe(text);
});

test('all texts of a value are masked, and one person has one placeholder in all of them', () => {
  const { value, given } = maskIn({ from: 'a@b.example', lines: ['a@b.example', 7, null, { to: 'c@d.example' }] }, all);
  expect(value).toEqual({ from: '[EMAIL_1]', lines: ['[EMAIL_1]', 7, null, { to: '[EMAIL_2]' }] });
  expect([...given]).toEqual([['[EMAIL_1]', 'a@b.example'], ['[EMAIL_2]', 'c@d.example']]); // prettier-ignore
});

test('a known name is masked wherever it stands, in parts and in capitals, and not within words', () => {
  const names = ['"Keller, Anna" <a.keller@example.com>'];
  const { value, given } = maskIn('Anna Keller called. ANNA says Kellermann owes Keller, Anna 5 euros.', {
    ...all,
    names,
  });
  expect(value).toBe('[NAME_1] called. [NAME_2] says Kellermann owes [NAME_3] 5 euros.');
  expect([...given.values()]).toEqual(['Anna Keller', 'ANNA', 'Keller, Anna']);
  expect(maskIn('a.b(c', { ...all, names: ['a.b(c', '', ' ', '$&'] }).value).not.toBe('');
});

test('a placeholder that the request brought is not taken for one of ours', () => {
  const { value, given } = maskIn(['[EMAIL_1] and a@b.example', '[EMAIL_3]'], all);
  expect(value).toEqual(['[EMAIL_1] and [EMAIL_2]', '[EMAIL_3]']);
  expect(restoreIn('[EMAIL_1] [EMAIL_2] [EMAIL_3] [EMAIL_4]', given)).toBe('[EMAIL_1] a@b.example [EMAIL_3] [EMAIL_4]');
});

test('what is restored is put in as it is, even where it looks like a pattern', () => {
  expect(restoreIn('to [NAME_1]', new Map([['[NAME_1]', '$& $1 [NAME_1]']]))).toBe('to $& $1 [NAME_1]');
});

/** Texts out of what detectors look for, in any order and without blanks between: the worst there is. */
const PARTS = [
  'a@b.example', '@', '.', ' ', '-', '+', '0', '49', '4111 1111 1111 1111', '30', '[', ']', '[EMAIL_1]', '[PHONE_2]', '[NAME_1',
  '_1]', 'DE89 3704 0044 0532 0130 00', '1.2.3.4', '::', 'fe80', '12345678Z', '219-09-9999', 'born ', '1.2.1990', 'Dear ',
  'Mr ', 'Smith', '\n', 'Regards,\n', 'Baker Street', '221 ', 'tel ', '(', ')', '/', '555-0100', 'IBAN', ',', '<', '>',
]; // prettier-ignore
const texts = fc.oneof(
  fc.array(fc.constantFrom(...PARTS), { maxLength: 25 }).map((parts) => parts.join('')),
  fc.array(fc.constantFrom(...'0123456789 -./+()'), { maxLength: 80 }).map((signs) => signs.join('')),
  fc.tuple(fc.constantFrom(...lines), fc.constantFrom(...lines)).map(([a, b]) => `${a} ${b}`),
);
const kinds = fc.subarray<PersonalKind>([...PERSONAL_KINDS]);
const given = fc.array(fc.constantFrom('Ann Smith', 'Baker', 'EMAIL', 'Tel', '49'), { maxLength: 3 });
const runs = { numRuns: 3_000, seed: 20_261_128 };

test('what was masked is restored exactly', () => {
  fc.assert(
    fc.property(fc.array(texts, { maxLength: 3 }), kinds, given, (value, mask, names) => {
      const found = maskIn(value, { mask, names });
      expect(restoreIn(found.value, found.given)).toEqual(value);
    }),
    runs,
  );
});

test('no placeholder that is given out stood in the request, and all stand in what is masked', () => {
  fc.assert(
    fc.property(fc.array(texts, { maxLength: 3 }), (value) => {
      const found = maskIn(value, all);
      const before = value.join(' ');
      const after = found.value.join(' ');
      for (const placeholder of found.given.keys()) {
        expect(before).not.toContain(placeholder);
        expect(after).toContain(placeholder);
      }
    }),
    runs,
  );
});

test('a known name may be written with any mark', () => {
  const marks = '-\\^$.*+?()[]{}|/#&~=!:<>,@"';
  for (const mark of marks) expect(() => maskIn('text', { ...all, names: [`Lee${mark}Whei Brandel`] })).not.toThrow();
  const { value } = maskIn('Lee-Whei, call us', { ...all, names: ['Lee-Whei Brandel <lee@example.com>'] });
  expect(value).toBe('[NAME_1], call us');
});

test('the sender of each real mail is masked in it, and nothing breaks', () => {
  const mails = readMails(join(__dirname, '../../../../examples/mail-triage/data/mails.jsonl'));
  for (const { from, subject, body } of mails) {
    const { value, given } = maskIn({ from, subject, body }, { ...all, names: [from] });
    expect(restoreIn(value, given)).toEqual({ from, subject, body });
  }
});

test('masking what is masked changes nothing', () => {
  fc.assert(
    fc.property(texts, kinds, given, (text, mask, names) => {
      const once = maskIn(text, { mask, names }).value;
      expect(maskIn(once, { mask, names })).toEqual({ value: once, given: new Map() });
    }),
    runs,
  );
});

test('an answer that names all placeholders there could be restores those that were given out, and no others', () => {
  const every = ['EMAIL', 'PHONE', 'CARD', 'NAME', 'IP'].flatMap((kind) => [1, 2, 3].map((n) => `[${kind}_${n}]`));
  fc.assert(
    fc.property(texts, (text) => {
      const { given: mapping } = maskIn(text, all);
      const expected = every.map((placeholder) => mapping.get(placeholder) ?? placeholder).join('|');
      expect(restoreIn(every.join('|'), mapping)).toBe(expected);
    }),
    runs,
  );
});

test('hostile texts take no time that grows with their square', () => {
  const hostile = [
    '1', '1 ', '0 1', '@', 'a@', 'a.', 'a@b.', '+1', '1-', 'A', 'Aa ', 'Dear ', 'Mr ', '1.', ':', 'a:', '::1', 'DE89', '[EMAIL_1',
    'born ', 'born 1', '1 Aa ', 'Aa Aa, AA ', '(1', 'tel', 'Regards,\n', '\n', ' ', '12 rue de ', 'Via ', '4111 ', '219-09-', 'Aa-',
  ]; // prettier-ignore
  for (const part of hostile) {
    const began = performance.now();
    masked(part.repeat(100_000 / part.length));
    // Minutes would be a sign of backtracking; it takes a third of a second at the most.
    expect([part, performance.now() - began < 10_000]).toEqual([part, true]);
  }
});

test('no text of the measured lines holds a placeholder after it is restored that it did not hold before', () => {
  for (const line of lines) {
    const found = maskIn(line, all);
    expect(restoreIn(found.value, found.given).match(PLACEHOLDERS)).toEqual(line.match(PLACEHOLDERS));
  }
});

test('of what was written to measure by, it finds as much as the documents say, and changes as little else', () => {
  const held = labelled('personal-held-out');
  const found = held.flatMap(({ text, personal }) => {
    const { value } = maskIn(text, all);
    return personal.map((one) => !value.includes(one.value));
  });
  expect(found.length).toBe(136);
  expect(found.filter(Boolean).length).toBeGreaterThanOrEqual(127);
  const none = held.filter(({ personal }) => personal.length === 0);
  expect(none.filter(({ text }) => masked(text) !== text).length).toBeLessThanOrEqual(1);
});
