import { type AlarmNotice, alarmMessage } from '../../../core/drift/alarm-message';
import type { DriftReport } from '../../../core/drift/evaluate';

const DESCRIPTION = 'It drifts. What to do: https://example.org/runbook.md#drift';
const notice = (OldStateValue: string, NewStateValue: string): AlarmNotice => ({
  AlarmName: 'credit-drift',
  AlarmDescription: DESCRIPTION,
  OldStateValue,
  NewStateValue,
  NewStateReason: 'Threshold crossed',
  Trigger: { MetricName: 'Drift' },
});
const HOUR = 3_600_000;
const at = Date.parse('2026-11-23T09:00:00Z');
const found = { since: at - 2 * HOUR, rows: 900, log10: 12, drift: 1 } as const;
const findings: DriftReport = {
  window: at,
  rows: 300,
  drift: 3,
  watched: 4,
  worst: [
    {
      ...found,
      feature: 'credit_amount',
      psi: 0.8123,
      mean: 8012.4567,
      baselineMean: 3201.9,
      shift: { where: '15860 or more', from: 0.0011, to: 0.38 },
    },
    { ...found, feature: 'long-term/purpose', psi: 0.3, shift: { where: 'missing', from: 0, to: 0.305 } },
    {
      ...found,
      feature: 'age',
      psi: 0.02,
      drift: 0,
      mean: 35,
      baselineMean: 36,
      shift: { where: '7', from: 0, to: 0 },
    },
  ],
  impact: {
    weight: 0.3123,
    score: { from: 0.3022, to: 0.4511 },
    automation: { from: 0.342, to: 0.12 },
    cost: { from: 0.43, to: 0.5 },
    error: { from: 0.15, to: 0.18 },
  },
};

test('an alarm names what has drifted, where to, what it does to decisions, and what to do', () => {
  expect(alarmMessage('credit-risk', notice('OK', 'ALARM'), findings)).toEqual({
    subject: 'ALARM: credit-risk Drift',
    body: [
      'credit-drift is ALARM.',
      '3 of the 4 things that are watched have drifted, worst first, by 900 decisions since 2026-11-23 07:00 UTC:',
      '  credit_amount: mean 3202 -> 8012, 15860 or more: 0.1 % -> 38 % of them (PSI 0.81)',
      '  purpose in long-term: missing: 0.0 % -> 31 % of them (PSI 0.30)',
      '  and 1 more',
      '',
      'What it does to decisions since then:',
      '  what has drifted carries 31 % of what the model goes by',
      '  mean score 0.302 -> 0.451',
      '  automated 34 % -> 12 %',
      '  expected cost of a decision 0.430 -> 0.500',
      '  wrong, of the automated, by its own word 15 % -> 18 %',
      '',
      DESCRIPTION,
    ].join('\n'),
  });
});

test('the end of an alarm is told, the birth of one is not', () => {
  expect(alarmMessage('credit-risk', notice('ALARM', 'OK'), undefined)?.subject).toBe('OK: credit-risk Drift');
  expect(alarmMessage('credit-risk', notice('INSUFFICIENT_DATA', 'OK'), undefined)).toBeUndefined();
});

test('an alarm whose findings are lost still says what CloudWatch said', () => {
  expect(alarmMessage('credit-risk', notice('OK', 'ALARM'), undefined)?.body).toContain('Threshold crossed');
});

test('a subject is ASCII and short enough for SNS', () => {
  const { subject } = alarmMessage('crédit'.repeat(40), notice('OK', 'ALARM'), undefined)!;
  expect(subject).toMatch(/^[\x20-\x7e]{1,100}$/);
});
