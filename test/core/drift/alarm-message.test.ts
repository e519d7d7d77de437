import { type AlarmNotice, alarmMessage } from '../../../core/drift/alarm-message';
import type { WindowFindings } from '../../../core/drift/evaluate';

const DESCRIPTION = 'It drifts. What to do: https://example.org/runbook.md#drift';
const notice = (OldStateValue: string, NewStateValue: string): AlarmNotice => ({
  AlarmName: 'credit-drift',
  AlarmDescription: DESCRIPTION,
  OldStateValue,
  NewStateValue,
  NewStateReason: 'Threshold crossed',
  Trigger: { MetricName: 'Drift' },
});
const finding = { rows: 900, missing: 0, missingDrift: false } as const;
const findings = {
  window: Date.parse('2026-11-23T09:00:00Z'),
  rows: 300,
  drift: 1,
  features: { credit_amount: {}, age: {} },
  worst: [
    { ...finding, feature: 'credit_amount', psi: 0.8123, drift: true, mean: 8012.4567, baselineMean: 3201.9 },
    { ...finding, feature: 'age', psi: 0.02, drift: false, mean: 35, baselineMean: 36 },
  ],
} as unknown as WindowFindings;

test('an alarm names the worst features, how far they moved, and what to do', () => {
  expect(alarmMessage('credit-risk', notice('OK', 'ALARM'), findings)).toEqual({
    subject: 'ALARM: credit-risk Drift',
    body: [
      'credit-drift is ALARM.',
      '1 of 2 features have drifted, judged over 900 decisions up to the window of 2026-11-23T09:00:00.000Z:',
      '  * credit_amount: PSI 0.81, mean 3202 -> 8012',
      '    age: PSI 0.02, mean 36 -> 35',
      '  (* too far for chance, and far enough to matter; the others are shown for comparison)',
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
