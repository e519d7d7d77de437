import { businessImpact } from '../../../core/business/impact';
import { tallyOf } from '../../../core/drift/accumulate';
import { impactText } from '../../../bin/report/impact-text';
import { renderImpact } from '../../../bin/report/render-impact';

const DAY = 86_400_000;
const START = Date.parse('2026-11-20T00:00:00Z');
const $cost = { kind: 'numeric', missing: 0, mean: 0.4, variance: 1, edges: [0, 1], counts: [0, 10, 0] } as const;
const day = (i: number, automated: number) => ({
  start: START + i * DAY,
  end: START + (i + 1) * DAY,
  tally: tallyOf(
    { rows: 10, features: { $cost } },
    Array.from({ length: 100 }, (_, n) => ({
      id: String(n),
      at: START,
      values: {},
      signals: { $cost: 0.4 },
      route: n < automated ? 'automated' : 'review',
      outcome: n < automated ? 'pay' : null,
      reasons: [],
      totalMs: 20,
      modelMs: 8,
    })),
  ),
});
const impact = businessImpact('loans', [day(0, 40), day(1, 60)], [], 0.5);
const context = {
  title: 'Loans <b>',
  dataFile: 'State',
  generatedAt: '2026-11-28T09:00:00.000Z',
  command: 'plumbline report',
};

test('the text says what it was worth', () => {
  const text = impactText(impact);
  expect(text).toContain(
    '200 decisions, 50.0\u00a0% of them made by the pipeline alone; 100 given to people, which cost 50.00 (in',
  );
  expect(text).toContain('had people decided everything, all of it would have cost 20.00 more.');
  expect(text).toContain('2026-11-21        100');
  expect(impactText(businessImpact('loans', [], [], 0.5))).toContain('has counted nothing');
});

test('the page has its plots and their figures, needs nothing else, and escapes what it is given', () => {
  const page = renderImpact(impact, context);
  expect(page.match(/<svg/g)!.length).toBeGreaterThanOrEqual(4);
  expect(page).toContain('Loans &lt;b&gt;');
  expect(page).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/);
  expect(page).toContain('20.00 less');
});

test('a page of nothing is a page', () => {
  expect(renderImpact(businessImpact('loans', [], [], undefined), context)).toContain('Nothing has been counted');
});
