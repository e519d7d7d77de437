import { statSync } from 'node:fs';
import { join } from 'node:path';
import { readMails } from '../../examples/mail-triage/data/mails';
import { withoutCopies } from '../../examples/mail-triage/data/near-copies';
import { unpack } from '../../examples/mail-triage/model/classifier';
import { qualityOf } from '../../examples/mail-triage/model/quality';
import weights from '../../examples/mail-triage/model/weights.json';

const file = join(__dirname, '../../examples/mail-triage/data/mails.jsonl');
const mails = readMails(file);

describe('the mails', () => {
  test('are 600, about two of three of them ham, in little space', () => {
    expect(mails).toHaveLength(600);
    const ham = mails.filter(({ label }) => label === 'ham').length;
    expect(ham).toBeGreaterThan(360);
    expect(ham).toBeLessThan(440);
    expect(statSync(file).size).toBeLessThan(1.5e6);
  });

  test('have every field', () => {
    for (const mail of mails) {
      expect(mail).toEqual({
        id: expect.stringMatching(/^[0-9a-f]{16}$/),
        from: expect.any(String),
        subject: expect.any(String),
        body: expect.stringMatching(/\p{L}/u),
        links: expect.any(Number),
        ...(mail.received === undefined ? {} : { received: new Date(mail.received).toISOString() }),
        label: expect.stringMatching(/^(ham|spam)$/),
      });
      expect(mail.body.length).toBeLessThanOrEqual(4000);
      expect(mail.body.isWellFormed()).toBe(true);
      expect(mail.links).toBeGreaterThanOrEqual(0);
    }
  });

  test('are no copies of each other', () => {
    expect(new Set(mails.map(({ id }) => id)).size).toBe(600);
    expect(new Set(mails.map(({ body }) => body)).size).toBe(600);
  });
});

test('a mail is a near copy of one that it has half of its passages in common with', () => {
  const original = { body: 'Dear friend, lose ten pounds in two weeks or get all your money back today.' };
  const version = { body: 'DEAR FRIEND! Lose 10, ten pounds in two weeks, or get all your money back - now.' };
  const other = { body: 'Dear friend, I shall be in town in two weeks; shall we have lunch?' };
  expect(withoutCopies([version, other], [original])).toEqual([other]);
});

test.each([
  ['subject and body', 0],
  ['sender, subject and body', 1],
] as const)('given %s, the classifier is as good as its README says', (_what, form) => {
  const { accuracy, auc, logLoss, eceEqualMass } = qualityOf(unpack(weights), mails, form);
  expect(accuracy).toBeGreaterThan(0.97);
  expect(auc).toBeGreaterThan(0.997);
  expect(logLoss).toBeLessThan(0.065);
  expect(eceEqualMass).toBeLessThan(0.015);
});

test('the weights are small', () => {
  expect(JSON.stringify(weights).length).toBeLessThan(100_000);
});
