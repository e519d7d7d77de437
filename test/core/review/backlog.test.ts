import { backlogOf, MOST_COUNTED } from '../../../core/review/backlog';
import { idOf, START } from './loans';

const item = (n: number, at: string, reviewBy?: string) => ({
  id: idOf(n),
  at,
  pending: true,
  toSend: [],
  ...(reviewBy ? { reviewBy } : {}),
});

test('no work is a backlog of none', () => {
  expect(backlogOf([], START)).toEqual({ backlog: 0, more: false, oldestAgeSeconds: 0, items: [] });
});

test('ages count from the decision, and the SLA goes below zero', () => {
  const items = [item(1, '2026-11-23T08:59:00.000Z', '2026-11-23T08:59:30.000Z'), item(2, '2026-11-23T08:59:50.000Z')];
  expect(backlogOf(items, START)).toEqual({
    backlog: 2,
    more: false,
    oldestAgeSeconds: 60,
    items: [
      { id: idOf(1), at: items[0]!.at, ageSeconds: 60, reviewBy: '2026-11-23T08:59:30.000Z', slaSeconds: -30 },
      { id: idOf(2), at: items[1]!.at, ageSeconds: 10, reviewBy: null, slaSeconds: null },
    ],
  });
});

test('a long backlog is counted in full, shown in part, and says when there is more', () => {
  const many = Array.from({ length: MOST_COUNTED }, (_, i) => item(i, '2026-11-23T08:00:00.000Z'));
  expect(backlogOf(many, START)).toMatchObject({ backlog: MOST_COUNTED, more: true });
  expect(backlogOf(many.slice(-100), START)).toMatchObject({ backlog: 100, more: false });
  expect(backlogOf(many, START).items).toHaveLength(100);
});
