import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PipelineDefinition } from '../../../core/pipeline/definition';
import { compileHistory } from '../../../core/simulation/history';
import { applications, creditRisk } from '../credit';
import { history } from './credit-history';

const csv = readFileSync(join(__dirname, '../../../examples/credit-risk/data/german-credit.csv'), 'utf8');
const [header, ...lines] = csv
  .trim()
  .split(/\r?\n/)
  .map((line) => line.split(','));
const texts = lines.map((line) => Object.fromEntries(line.map((cell, i) => [header![i]!, cell])));
const read = compileHistory(creditRisk, header!);
const first = texts[0]!;

test('the cells of a CSV become what the schemas say', () => {
  const rows = texts.map(read);
  expect(rows).toEqual(
    history.map((row, i) => {
      // The data set has no ids.
      const { applicant_id: _, ...input } = applications[i]!.input;
      return { ...row, input };
    }),
  );
});

test('values that are typed already stay as they are', () => {
  const { input, lookedUp } = history[0]!;
  const cells = { ...input, ...lookedUp, class: 'bad' };
  expect(compileHistory(creditRisk, Object.keys(cells))(cells)).toEqual(history[0]);
});

describe('rows that say nothing', () => {
  test.each([
    ['another truth than the labels', { class: 'maybe' }, 'LABEL_UNKNOWN'],
    ['no truth', { class: '' }, 'LABEL_UNKNOWN'],
    ['a text where a number should be', { duration: 'long' }, 'INPUT_INVALID'],
    ['a number out of its bounds', { duration: '0' }, 'INPUT_INVALID'],
    ['an unknown category', { purpose: 'yacht' }, 'INPUT_INVALID'],
    ['an empty cell of a required field', { duration: '' }, 'INPUT_INVALID'],
    ['a blank where a number should be, which is not 0', { num_dependents: ' ' }, 'INPUT_INVALID'],
  ])('%s', (_, cells, skipped) => {
    expect(read({ ...first, ...cells })).toEqual({ skipped });
  });

  test('a field that history has no column for is not asked for, others are', () => {
    const { duration: _, ...without } = first;
    const columns = Object.keys(without);
    expect(compileHistory(creditRisk, columns)(without)).not.toHaveProperty('skipped');
    expect(read(without)).toEqual({ skipped: 'INPUT_INVALID' });
  });
});

test('an empty cell of a looked-up field is a missing value', () => {
  expect(read({ ...first, existing_credits: '', savings_status: null })).toMatchObject({
    lookedUp: { checking_status: '0<=X<200', credit_history: 'existing paid' },
  });
  expect(Object.keys((read({ ...first, existing_credits: '' }) as (typeof history)[0]).lookedUp)).toHaveLength(3);
});

test('labels need not be texts', () => {
  const definition = { ...creditRisk, decide: { ...creditRisk.decide, labels: ['true', 'false'] } };
  expect(compileHistory(definition, header!)({ ...first, class: false })).toMatchObject({ label: 1 });
});

test('cells become numbers and truth values by every form of a type', () => {
  const properties = {
    share: { type: 'number' },
    count: { type: ['integer', 'null'] },
    known: { type: 'boolean' },
    code: { type: ['string', 'integer'] },
    any: {},
  } as const;
  const definition: PipelineDefinition = { ...creditRisk, input: { type: 'object', properties } };
  const cells = { share: '1e-3', count: '12', known: 'false', code: '007', any: '5', class: 'good' };
  expect(compileHistory(definition, Object.keys(cells))(cells)).toMatchObject({
    input: { share: 0.001, count: 12, known: false, code: '007', any: '5' },
  });
  expect(compileHistory(definition, Object.keys(cells))({ ...cells, known: 'no' })).toEqual({
    skipped: 'INPUT_INVALID',
  });
});

describe('times', () => {
  const timed = compileHistory({ ...creditRisk, history: { label: 'class', at: 'when' } }, [...header!, 'when']);
  const at = (when: unknown) => timed({ ...first, when });

  test.each([
    ['2026-11-23T09:30:00Z', '2026-11-23T09:30:00.000Z'],
    ['2026-11-23T09:30:00.250+01:00', '2026-11-23T08:30:00.250Z'],
    ['2026-11-23', '2026-11-23T00:00:00.000Z'],
    ['2026-11-23T09:30', '2026-11-23T09:30:00.000Z'],
    // In UTC, wherever it is read.
    ['2026-11-23 09:30:00', '2026-11-23T09:30:00.000Z'],
  ])('%s is one', (when, iso) => {
    expect(at(when)).toMatchObject({ at: Date.parse(iso) });
  });

  test.each(['', 'yesterday', '5', '23.11.2026', 'Mon Nov 23 2026', '2026-13-01', undefined, null])(
    '%s is none',
    (when) => {
      expect(at(when)).toEqual({ skipped: 'TIME_INVALID' });
    },
  );
});
