import { checkDefinition } from '../../../core/pipeline/check';
import type { PipelineDefinition } from '../../../core/pipeline/definition';
import { makeArtifact } from '../../../core/pipeline/make-artifact';
import { DefinitionError } from '../../../core/problem';
import { creditRisk } from '../credit';
import { check, found, given } from './given';

const PAIRS = { type: 'array', items: { type: 'object' }, uniqueItems: true };
const LOOKUP = { key: 'input.applicant_id', fields: { more: { type: 'string' } }, onMissing: 'review' };

test('the example can be deployed', () => {
  expect(checkDefinition(creditRisk)).toEqual([]);
});

// What is put where, the code and path of the problem, and what its text must say.
test.each<[string, unknown, string, RegExp]>([
  ['name', undefined, 'MISSING_PART name', /is required/],
  ['input.properties.age.pattern', '^(a+)+$', 'SCHEMA_PATTERN input.properties.age.pattern', /may take very long/],
  ['input.patternProperties', { '^x': {} }, 'SCHEMA_PATTERN input.patternProperties', /name the properties/],
  ['input.properties.list', PAIRS, 'SCHEMA_UNIQUE input.properties.list.uniqueItems', /maxItems of at most 100/],
  ['decide.outcomes', 'yn', 'DECIDE_VALUES decide.outcomes', /list of texts/],
  ['decide.rules.0.id', {}, 'RULE_ID decide.rules[0].id', /unique, a text/],
  ['review.lease', '5h', 'LEASE_LONGER review.lease', /outlasts the SLA of 4h/],
  ['readers', 'x', 'READERS readers', /list of callers/],
  ['features.lookups.constructor', LOOKUP, 'LOOKUP_NAME features.lookups.constructor', /must be an identifier/],
  ['drift.baseline', {}, 'BASELINE drift.baseline', /rows must be a positive number\. .*plumbline baseline/],
  ['drift.baseline.features.age.edges', [3, 2, 1], 'BASELINE drift.baseline', /age is neither numeric/],
  ['drift.baseline.features.age.counts', 7, 'BASELINE drift.baseline', /age lacks missing or counts/],
  ['deadlin', '1s', 'UNKNOWN_MEMBER deadlin', /is none of name, .* Did you mean "deadline"\?/],
  ['features.lookup', {}, 'UNKNOWN_MEMBER features.lookup', /Did you mean "lookups"\?/],
  [
    'features.lookups.accounts.maxAgee',
    '24h',
    'UNKNOWN_MEMBER features.lookups.accounts.maxAgee',
    /Did you mean "maxAge"\?/,
  ],
  ['decide.rules.0.reasons', [], 'UNKNOWN_MEMBER decide.rules[0].reasons', /Did you mean "reason"\?/],
  ['decide.policy.cost', 1, 'UNKNOWN_MEMBER decide.policy.cost', /is none of kind/],
  ['fallback.1.outcom', 'decline', 'UNKNOWN_MEMBER fallback[1].outcom', /Did you mean "outcome"\?/],
  ['review.leases', '5m', 'UNKNOWN_MEMBER review.leases', /Did you mean "lease"\?/],
  ['drift.windows', '5m', 'UNKNOWN_MEMBER drift.windows', /Did you mean "window"\?/],
  ['name', 'Credit Risk', 'NAME name', /"Credit Risk" must start with a letter and have at most 40/],
  ['name', 'x'.repeat(41), 'NAME name', /at most 40/],
  ['name', { toString: 1 }, 'NAME name', /must start with a letter/],
  ['input.type', 'array', 'INPUT_OBJECT input', /schema of an object that names its properties/],
  ['input.properties.age.type', 'whole', 'INPUT_SCHEMA input', /not a valid JSON Schema 2020-12: .*type/],
  ['input.properties.age.minimun', 3, 'INPUT_SCHEMA input', /unknown keyword: "minimun"/],
  ['input.required.0', 'aplicant', 'INPUT_REQUIRED input.required', /names "aplicant", which is not among/],
  ['input.properties.a-b', { type: 'string' }, 'INPUT_NAME input.properties.a-b', /must be an identifier/],
  [
    'features.lookups.accounts.fields.age',
    { type: 'integer' },
    'FEATURE_NAME features.lookups.accounts.fields.age',
    /already a field of the input/,
  ],
  [
    'features.lookups.accounts.fields.a b',
    { type: 'integer' },
    'FEATURE_NAME features.lookups.accounts.fields.a b',
    /"a b" must be an identifier/,
  ],
  ['features.derived.existing_credits', '1.0', 'FEATURE_NAME features.derived.existing_credits', /already a feature/],
  [
    'features.lookups.accounts.fields.since',
    { type: 'date' },
    'LOOKUP_SCHEMA features.lookups.accounts.fields.since',
    /not a valid JSON Schema/,
  ],
  [
    'features.lookups.accounts.maxAge',
    '1 day',
    'DURATION features.lookups.accounts.maxAge',
    /"1 day" is not a duration such as 30s/,
  ],
  [
    'features.lookups.accounts.onMissing',
    'reviev',
    'LOOKUP_ON_MISSING features.lookups.accounts.onMissing',
    /"reviev" is none of review, reject\. Did you mean "review"\?/,
  ],
  [
    'features.lookups.accounts.onMissing',
    { default: { checking_status: '<0', savings_status: '<100', credit_history: 'all paid' } },
    'LOOKUP_DEFAULT features.lookups.accounts.onMissing.default',
    /lacks a value for "existing_credits"/,
  ],
  [
    'features.lookups.accounts.onMissing',
    {
      default: {
        checking_status: '<0',
        savings_status: '<100',
        credit_history: 'all paid',
        existing_credits: 1,
        age: 3,
      },
    },
    'LOOKUP_DEFAULT features.lookups.accounts.onMissing.default.age',
    /not a field of the lookup/,
  ],
  [
    'features.lookups.accounts.onMissing',
    { default: { checking_status: '<0', savings_status: '<100', credit_history: 'all paid', existing_credits: 'one' } },
    'LOOKUP_DEFAULT features.lookups.accounts.onMissing.default.existing_credits',
    /"one" does not satisfy the field's schema/,
  ],
  ['features.derived.ratio', 'input.age + "x"', 'CEL_TYPE features.derived.ratio', /no such overload: int \+ string/],
  ['features.derived.ratio', 'input.age +', 'CEL_SYNTAX features.derived.ratio', /\^/],
  [
    'features.derived.ratio',
    '[input.age]',
    'CEL_RESULT features.derived.ratio',
    /must give int or double or string or bool, but gives list<int>/,
  ],
  [
    'features.derived.ratio',
    'features.later',
    'CEL_UNKNOWN_NAME features.derived.ratio',
    /"later" is not an input or a feature known at this point/,
  ],
  ['features.derived.ratio', 7, 'CEL_NOT_TEXT features.derived.ratio', /expected a CEL expression, got number/],
  ['model.kind', 'sagemakr', 'MODEL_KIND model.kind', /Did you mean "sagemaker"\?/],
  ['model.endpoint', 'credit risk', 'MODEL_ENDPOINT model.endpoint', /"credit risk" is not a SageMaker endpoint name/],
  ['model.endpoint', undefined, 'MODEL_ENDPOINT model.endpoint', /is not a SageMaker endpoint name/],
  ['model.probabilityOf', 'worse', 'MODEL_LABEL model.probabilityOf', /"worse" is none of good, bad\.$/],
  ['model.columns', [], 'MODEL_COLUMNS model.columns', /at least one column/],
  [
    'model.columns.1',
    'input.duraton',
    'MODEL_COLUMN model.columns[1]',
    /"input\.duraton" is not an input or a feature\. Did you mean "input\.duration"\?/,
  ],
  [
    'model.columns.1',
    'input.purpose',
    'MODEL_COLUMN model.columns[1]',
    /"input\.purpose" is no number \(type string\); give it oneHot or ordinal/,
  ],
  ['model.columns.0.ordinal.3', 'none', 'MODEL_CATEGORY model.columns[0]', /has no place for "no checking"/],
  ['model.columns.0.ordinal', undefined, 'MODEL_CATEGORY model.columns[0]', /either oneHot or ordinal/],
  ['model.columns.0.oneHot', ['<0'], 'MODEL_CATEGORY model.columns[0]', /either oneHot or ordinal/],
  [
    'model.columns.0',
    { from: 'input.applicant_id', oneHot: [] },
    'MODEL_CATEGORY model.columns[0]',
    /at least one category/,
  ],
  ['model.columns.0.ordinal.0', '0<=X<200', 'MODEL_CATEGORY model.columns[0]', /twice/],
  ['model.calibration.method', 'plat', 'MODEL_CALIBRATION model.calibration.method', /Did you mean "platt"\?/],
  ['model.calibration.a', 0, 'MODEL_CALIBRATION model.calibration.a', /below 0, .* got 0/],
  ['model.calibration.b', null, 'MODEL_CALIBRATION model.calibration.b', /a number, got null/],
  ['model.calibration', { method: 'isotonic', x: [], y: [] }, 'MODEL_CALIBRATION model.calibration.x', /at least one/],
  [
    'model.calibration',
    { method: 'isotonic', x: [0, 1], y: [0] },
    'MODEL_CALIBRATION model.calibration.y',
    /as many values as x/,
  ],
  [
    'model.calibration',
    { method: 'isotonic', x: [0, 1], y: [0, 1.5] },
    'MODEL_CALIBRATION model.calibration.y',
    /from 0 to 1/,
  ],
  [
    'model.calibration',
    { method: 'isotonic', x: [1, 0], y: [0, 1] },
    'MODEL_CALIBRATION model.calibration.x',
    /ascending/,
  ],
  ['budgets', { features: '700ms' }, 'DURATION_RANGE budgets.features', /700ms must lie between 10ms and 590ms/],
  ['budgets', { model: '400ms' }, 'DURATION_RANGE budgets.model', /10ms and 334ms, what 800ms leaves after 266ms/],
  ['budgets', { modl: '1ms' }, 'UNKNOWN_MEMBER budgets.modl', /Did you mean "model"\?/],
  ['model.servedBy', 'magic', 'MODEL_SERVED_BY model.servedBy', /serverless, instances/],
  ['model.hedge', { quantile: 0.95, share: 0.05 }, 'MODEL_HEDGE model.hedge', /another cold container/],
  ['fallback.0', { step: 'endpoint' }, 'FALLBACK_ENDPOINT fallback[0]', /neither another endpoint nor a variant/],
  [
    'fallback.0',
    { step: 'endpoint', endpoint: 'a_b' },
    'FALLBACK_ENDPOINT fallback[0].endpoint',
    /"a_b"\. Use up to 63/,
  ],
  [
    'fallback.0',
    { step: 'endpoint', endpoint: 'credit-risk' },
    'FALLBACK_ENDPOINT fallback[0].endpoint',
    /just failed/,
  ],
  [
    'fallback.0',
    { step: 'endpoint', variant: 'b' },
    'FALLBACK_ENDPOINT fallback[0].variant',
    /serverless endpoint has one/,
  ],
  ['fallback.0', { step: 'endpoint', endpoint: 'b', budget: '1s' }, 'DURATION_RANGE fallback[0].budget', /and 334ms/],
  ['fallback.0', { step: 'endpoint', endpoint: 'b', when: 'input.ag > 1' }, 'CEL_UNKNOWN_NAME fallback[0].when', /age/],
  ['features.lookups.accounts.lastGoodFor', 'long', 'DURATION features.lookups.accounts.lastGoodFor', /not a duration/],
  ['deadline', '800', 'DURATION deadline', /"800" is not a duration such as 800ms/],
  ['deadline', '99ms', 'DURATION_RANGE deadline', /99ms must lie between 100ms and 25s/],
  ['deadline', '26s', 'DURATION_RANGE deadline', /between 100ms and 25s/],
  ['review.sla', '14d', 'DURATION_RANGE review.sla', /between 1s and 13d/],
  ['review', {}, 'MISSING_PART review.sla', /is required/],
  ['review', null, 'SHAPE review', /not of the form that the type PipelineDefinition gives/],
  ['review.lease', '13h', 'DURATION_RANGE review.lease', /between 1s and 12h/],
  ['drift', {}, 'MISSING_PART drift.baseline', /is required/],
  ['drift.window', '30s', 'DURATION_RANGE drift.window', /between 1m and 24h/],
  ['drift.lateness', '2h', 'DURATION_RANGE drift.lateness', /between 1s and 1h/],
  ['drift.window', '90s', 'DRIFT_WINDOW drift.window', /must be whole minutes/],
  ['drift.window', '7m', 'DRIFT_WINDOW drift.window', /must divide an hour/],
  [
    'drift',
    { window: '6h', baseline: { rows: 1, season: 'day', features: {} } },
    'DRIFT_WINDOW drift.window',
    /with a season at most 1h/,
  ],
  [
    'drift.baseline.features._c0',
    { kind: 'categorical', missing: 0, categories: [], counts: [], other: 1 },
    'BASELINE drift.baseline',
    /"_c0", which is no input and no feature/,
  ],
  ['drift.window', '5h', 'DRIFT_WINDOW drift.window', /whole hours that divide a day/],
  ['drift.falseAlarmsPerMonth', 0, 'RANGE drift.falseAlarmsPerMonth', /from 0.001 to 100, got 0/],
  ['drift.floor', '0.1', 'RANGE drift.floor', /must be a number from 0 to 10, got "0.1"/],
  ['drift.segments', { 'long term': 'true' }, 'SEGMENT_ID drift.segments.long term', /must begin with a letter/],
  ['drift.segments', { long: 'input.duratoin > 36' }, 'CEL_UNKNOWN_NAME drift.segments.long', /Did you mean/],
  ['drift.segments', { long: 'input.duration > 36' }, 'BASELINE drift.segments.long', /measures segments as well/],
  ['drift.critical', ['agee'], 'UNKNOWN_FEATURE drift.critical[0]', /Did you mean "age"\?/],
  [
    'drift.changes',
    [{ from: '2026-12-01', until: '2026-11-30', reason: 'a campaign' }],
    'TIME drift.changes[0].until',
    /must be after from/,
  ],
  ['drift.changes', [{ from: 'Monday', until: '2026-12-01' }], 'TIME drift.changes[0].from', /must be a time/],
  [
    'drift.changes',
    [{ from: '2026-12-01', until: '2026-12-02', features: ['agee'], reason: 'a campaign' }],
    'UNKNOWN_FEATURE drift.changes[0].features[0]',
    /Did you mean "age"\?/,
  ],
  ['actions', { Open: { on: ['approve'] } }, 'NAME actions.Open', /must start with a letter/],
  ['actions', { open: { on: [] } }, 'ACTION actions.open.on', /must list the outcomes/],
  ['actions', { open: { on: ['aprove'] } }, 'ACTION_OUTCOME actions.open.on[0]', /Did you mean "approve"/],
  ['review.reasons.0', 'income', 'REASON_CODE review.reasons[0]', /"income" must be upper case/],
  ['fallback.0.step', 'heuristics', 'FALLBACK_STEP fallback[0].step', /Did you mean "heuristic"\?/],
  ['fallback.0.outcome', 'deny', 'FALLBACK_OUTCOME fallback[0].outcome', /"deny" is none of approve, decline/],
  ['fallback.0.when', 'features.instalment > "x"', 'CEL_TYPE fallback[0].when', /double > string/],
  ['fallback.0.reason', 'heavy', 'REASON_CODE fallback[0].reason', /must be upper case/],
  ['fallback.2.outcome', 'maybe', 'FALLBACK_OUTCOME fallback[2].outcome', /"maybe" is none of/],
  [
    'fallback.0',
    { step: 'review' },
    'FALLBACK_UNREACHABLE fallback[1]',
    /never tried: fallback\[0\] \(review\) always answers/,
  ],
  ['fallback.2', undefined, 'FALLBACK_END fallback', /must end with safeDefault/],
  ['fallback', [], 'FALLBACK_END fallback', /must end with safeDefault/],
])('%s = %j is %s', (path, value, problem, says) => {
  const problems = check({ [path]: value });
  expect(problems.map((p) => `${p.code} ${p.path}`)).toContain(problem);
  expect(problems.find((p) => `${p.code} ${p.path}` === problem)!.message).toMatch(says);
});

test('every problem is told at once', () => {
  const changes = {
    name: 'X',
    'input.required.0': 'nobody',
    'features.lookups.accounts.maxAge': 'soon',
    'model.endpoint': '-',
    'decide.rules.0.reason': 'x',
    'decide.rules.1.when': 'true ||',
    'decide.costs.review': null,
    'fallback.0.outcome': 'x',
    deadline: '1d',
    'review.reasons.1': '?',
  };
  expect(found(changes).sort()).toEqual([
    'CEL_SYNTAX decide.rules[1].when',
    'COST decide.costs.review',
    'DURATION features.lookups.accounts.maxAge',
    'DURATION_RANGE deadline',
    'FALLBACK_OUTCOME fallback[0].outcome',
    'INPUT_REQUIRED input.required',
    'INPUT_SCHEMA input',
    'MODEL_ENDPOINT model.endpoint',
    'NAME name',

    'REASON_CODE decide.rules[0].reason',
    'REASON_CODE review.reasons[1]',
  ]);
});

test('a part of the wrong shape hides no problem of another', () => {
  expect(
    found({ 'decide.labels': 7, 'fallback.2.outcome': 'maybe', 'review.reasons.0': 'x', 'model.columns': {} }),
  ).toEqual([
    'SHAPE model',
    'DECIDE_VALUES decide.labels',
    'FALLBACK_OUTCOME fallback[2].outcome',
    'REASON_CODE review.reasons[0]',
  ]);
});

test.each([undefined, null, 7, 'x', () => creditRisk])('%p is no definition', (nothing) => {
  expect(checkDefinition(nothing as never)).toEqual([expect.objectContaining({ code: 'DEFINITION' })]);
});

test('an empty definition lacks every part that is required', () => {
  const missing = checkDefinition({} as PipelineDefinition).filter(({ code }) => code === 'MISSING_PART');
  expect(missing.map(({ path }) => path)).toEqual([
    'name',
    'input',
    'model',
    'decide',
    'deadline',
    'fallback',
    'review',
  ]);
});

test('lookups have a bound', () => {
  const { accounts } = creditRisk.features!.lookups!;
  const lookups = Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`l${i}`, { ...accounts, fields: {} }]));
  expect(found({ 'features.lookups': { accounts, ...lookups } })).toEqual(['TOO_MANY_LOOKUPS features.lookups']);
  expect(found({ 'features.lookups.the accounts': { ...accounts, fields: {} } })).toEqual([
    'LOOKUP_NAME features.lookups.the accounts',
  ]);
});

test('a chain may end with a heuristic that always holds: an expired review still needs its safe default', () => {
  expect(found({ 'fallback.0.when': undefined, 'fallback.1': undefined })).toEqual([]);
});

test('an error of synth lists all problems, each with code, path and advice', () => {
  const definition = given({ 'decide.rules.0.when': 'input.agee < 18', deadline: '1d' });
  expect(() => makeArtifact(definition)).toThrow(DefinitionError);
  expect(() => makeArtifact(definition)).toThrow(
    [
      'Pipeline definition "credit-risk" has 2 problems:',
      '',
      'CEL_UNKNOWN_NAME decide.rules[0].when: "agee" is not an input or a feature known at this point. Did you mean "age"?',
      '  input.agee < 18',
      '        ^^^^',
      'DURATION_RANGE deadline: 1d must lie between 100ms and 25s.',
      '',
    ].join('\n'),
  );
});
