import { cost, counted, interval, moment, percent, signed, span, trimmed } from '../../../bin/report/format';

/** With plain spaces, as one types them. */
const typed = (text: string) => text.replaceAll('\u00a0', ' ');

test.each([
  [0.348, '34.8 %'],
  [0, '0 %'],
  [1, '100 %'],
  [0.0001, '< 0.1 %'],
  [0.99999, '> 99.9 %'],
  [-0.02, '−2.0 %'],
  [null, '–'],
  [NaN, '–'],
])('the share %s reads %s', (share, text) => {
  expect(typed(percent(share))).toBe(text);
});

test.each([
  [0.43, '0.430'],
  [0, '0.000'],
  [-0.0823, '−0.082'],
  [0.00012, '0.0001'],
  [9.9999, '10.00'],
  [12.345, '12.35'],
  [123.45, '123.5'],
  [1234.5, '1,235'],
  [-1_234_567, '−1,234,567'],
  [Infinity, '–'],
])('the cost %s reads %s', (value, text) => {
  expect(cost(value)).toBe(text);
});

test('a signed cost shows both signs, and none for nothing', () => {
  expect([0.1, -0.1, 0].map(signed)).toEqual(['+0.100', '−0.100', '0.000']);
  expect(interval({ mean: 0, low: -0.1, high: 0.1 }, signed)).toBe('−0.100 to +0.100');
});

test.each([
  [0, 'under a minute'],
  [45, '45 min'],
  [150, '2.5 h'],
  [240, '4 h'],
  [4320, '3 days'],
  [NaN, '–'],
])('%s minutes read %s', (minutes, text) => {
  expect(typed(span(minutes))).toBe(text);
});

test('counts, times and plain numbers', () => {
  expect(typed(counted(1, 'person', 'people'))).toBe('1 person');
  expect(typed(counted(1200, 'row'))).toBe('1,200 rows');
  expect(moment('2026-11-23T09:00:00.000Z')).toBe('23 November 2026, 09:00 UTC');
  expect([0.5, 240, -0.04].map(trimmed)).toEqual(['0.5', '240', '0']);
});
