import { allOf, bySegment, expectedCost, riskControl, thresholds } from '../../../core/pipeline/define';
import { check } from './given';

// What is put where, the code and path of the problem, and what its text must say.
test.each<[string, unknown, string, RegExp]>([
  ['decide.outcomes', ['approve'], 'DECIDE_VALUES decide.outcomes', /at least two, got 1/],
  ['decide.labels', ['good', 'bad', 'bad'], 'DECIDE_VALUES decide.labels', /has a value twice/],
  ['decide.labels', ['good', 'bad', 'ugly'], 'DECIDE_VALUES decide.labels', /two labels/],
  ['decide.rules.0.id', 'large-loan', 'RULE_ID decide.rules[1].id', /"large-loan" must be there and be unique/],
  ['decide.rules.0.id', '', 'RULE_ID decide.rules[0].id', /must be there and be unique/],
  [
    'decide.rules.0.when',
    'input.agee < 18',
    'CEL_UNKNOWN_NAME decide.rules[0].when',
    /"agee" is not an input or a feature.* Did you mean "age"\?/,
  ],
  ['decide.rules.0.when', 'input.age', 'CEL_RESULT decide.rules[0].when', /must give bool, but gives int/],
  [
    'decide.rules.0.when',
    'input.purpose.matches("^(a+)+$")',
    'CEL_MATCHES decide.rules[0].when',
    /Use startsWith, endsWith, contains or in/,
  ],
  [
    'decide.rules.0.when',
    'duration(input.purpose) > duration("1s")',
    'CEL_DURATION decide.rules[0].when',
    /only take a text that stands in the expression/,
  ],
  [
    'decide.rules.0.reason',
    'under-age',
    'REASON_CODE decide.rules[0].reason',
    /"under-age" must be upper case with underscores, such as LARGE_LOAN/,
  ],
  ['decide.rules.0.outcome', 'declnie', 'RULE_OUTCOME decide.rules[0].outcome', /Did you mean "decline"\?/],
  ['decide.rules.1.route', 'heuristic', 'RULE_ROUTE decide.rules[1].route', /"heuristic" is none of review/],
  ['decide.rules.1.outcome', 'approve', 'RULE_ROUTE decide.rules[1]', /either an outcome or a route/],
  ['decide.policy.kind', 'cheapest', 'POLICY_KIND decide.policy.kind', /is none of expectedCost/],
  ['decide.costs', undefined, 'MISSING_PART decide.costs', /what a review costs/],
  ['decide.costs.review', -1, 'COST decide.costs.review', /a number of 0 or more, or CEL .* got -1/],
  ['decide.costs.approve.bad', 'input.credit_amout', 'CEL_UNKNOWN_NAME decide.costs.approve.bad', /credit_amount/],
  [
    'decide.costs.approve.bad',
    'input.purpose',
    'CEL_RESULT decide.costs.approve.bad',
    /int or double, but gives string/,
  ],
  ['decide.costs.decline.good', undefined, 'COST decide.costs.decline.good', /got undefined/],
  ['decide.costs.aprove', { good: 0 }, 'COST decide.costs.aprove', /Did you mean "approve"\?/],
  ['decide.costs.approve.god', 0, 'COST decide.costs.approve.god', /Did you mean "good"\?/],
  ['decide.outcomes.1', 'review', 'DECIDE_VALUES decide.outcomes', /"review" is no outcome/],
  ['decide.match', 'any', 'RULE_MATCH decide.match', /none of first, all/],
  ['decide.rules.0.priority', 'high', 'RULE_PRIORITY decide.rules[0].priority', /must be a number, got "high"/],
  [
    'decide.rules.0.when',
    'input.personal_status == "male single"',
    'PROTECTED decide.rules[0].when',
    /must not decide/,
  ],
  ['features.derived.sex', 'input.personal_status', 'PROTECTED features.derived.sex', /"personal_status" is protected/],
  ['features.lookups.accounts.key', 'input.foreign_worker', 'PROTECTED features.lookups.accounts.key', /is protected/],
  ['decide.costs.review', 'input.foreign_worker == "yes" ? 1 : 2', 'PROTECTED decide.costs.review', /is protected/],
  ['fallback.0.when', 'input.foreign_worker == "yes"', 'PROTECTED fallback[0].when', /is protected/],
  ['model.columns.1', 'input.foreign_worker', 'PROTECTED model.columns[1]', /must not decide/],
  ['protected.0', 'input.sex', 'PROTECTED protected[0]', /is not an input or a looked-up feature/],
  ['protected.0', 'input.foreign_workr', 'PROTECTED protected[0]', /Did you mean "input.foreign_worker"\?/],
  ['protected.0', 'features.instalment', 'PROTECTED protected[0]', /protect what it is derived from/],
  ['protected.0', 'input.age', 'PROTECTED protected[0]', /needs an enum/],
  ['history.label', 7, 'HISTORY history.label', /name of a column, got 7/],
  ['history', {}, 'MISSING_PART history.label', /is required/],
  ['history.lables', 'x', 'UNKNOWN_MEMBER history.lables', /Did you mean "label"\?/],
  ['review.capacity', 0, 'REVIEW_CAPACITY review.capacity', /above 0; got 0/],
  ['review.sample', 2, 'REVIEW_SAMPLE review.sample', /a share from 0 to 1, got 2/],
  [
    'decide.policy',
    thresholds({ aprove: { below: 0.1 } }),
    'BAND decide.policy.bands.aprove',
    /Did you mean "approve"/,
  ],
  ['decide.policy', thresholds({ approve: {} }), 'BAND decide.policy.bands.approve', /must be { below }, { from }/],
  ['decide.policy', thresholds({ approve: { below: 1.1 } }), 'BAND decide.policy.bands.approve', /up to 1/],
  ['decide.policy', thresholds({}), 'BAND decide.policy.bands', /at least one outcome/],
  [
    'decide.policy',
    thresholds({ approve: { below: 0.6 }, decline: { from: 0.5 } }),
    'BAND decide.policy.bands.decline',
    /overlaps the band of "approve"/,
  ],
  ['decide.policy', allOf(expectedCost()), 'POLICY_ALL_OF decide.policy.policies', /at least two/],
  [
    'decide.policy',
    allOf(expectedCost(), allOf(expectedCost(), expectedCost())),
    'POLICY_KIND decide.policy.policies[1].kind',
    /"allOf" is none of expectedCost, thresholds, riskControl/,
  ],
  [
    'decide.policy',
    bySegment([{ id: '', when: 'input.age', policy: expectedCost() }], expectedCost()),
    'SEGMENT_ID decide.policy.segments[0].id',
    /must be there and be unique/,
  ],
  [
    'decide.policy',
    bySegment([{ id: 'old', when: 'input.agee > 60', policy: expectedCost() }], expectedCost()),
    'CEL_UNKNOWN_NAME decide.policy.segments[0].when',
    /Did you mean "age"/,
  ],
  [
    'decide.policy',
    riskControl({ errors: 2, delta: 0.1 }),
    'RISK_CONTROL decide.policy.alpha',
    /between 0 and 1, got 2/,
  ],
  ['decide.policy', riskControl({ cost: 0, delta: 0.1 }), 'RISK_CONTROL decide.policy.alpha', /a cost above 0, got 0/],
  ['decide.policy', riskControl({ cost: 1, delta: 1 }), 'RISK_CONTROL decide.policy.delta', /got 1/],
  [
    'decide.policy',
    riskControl({ cost: 1, delta: 0.1, horizon: 0.5 }),
    'RISK_CONTROL decide.policy.horizon',
    /a number of requests, got 0.5/,
  ],
])('%s = %j is %s', (path, value, problem, says) => {
  const problems = check({ [path]: value });
  expect(problems.map((p) => `${p.code} ${p.path}`)).toContain(problem);
  expect(problems.find((p) => `${p.code} ${p.path}` === problem)!.message).toMatch(says);
});

test('a promise does not go with a price of reviews that moves', () => {
  const problems = check({ 'decide.policy': riskControl({ errors: 0.1, delta: 0.1 }), 'review.capacity': 10 });
  expect(problems.map(({ code, path }) => `${code} ${path}`)).toContain('RISK_CONTROL decide.policy');
  expect(problems.find(({ path }) => path === 'decide.policy')!.message).toMatch(/review\.capacity exclude each other/);
});
