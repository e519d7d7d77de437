import { isOpenTo } from '../../../core/decision/access';
import { decidedRecord, loans } from '../review/loans';

const record = decidedRecord();
const audited = { ...loans, readers: ['000000000000:role/audit'] };

test('a decision is open to its caller and to readers', () => {
  expect(isOpenTo(loans, record, record.caller)).toBe(true);
  expect(isOpenTo(audited, record, record.caller)).toBe(true);
  expect(isOpenTo(audited, record, '000000000000:role/audit')).toBe(true);
});

test('and to nobody else, however like theirs the name is', () => {
  expect(isOpenTo(loans, record, '000000000000:role/audit')).toBe(false);
  for (const caller of ['000000000000:role/aud', '111111111111:role/audit', `${record.caller}2`, ''])
    expect(isOpenTo(audited, record, caller)).toBe(false);
});
