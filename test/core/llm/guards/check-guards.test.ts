import { checkGuards } from '../../../../core/llm/guards/check-guards';
import type { LlmGuards } from '../../../../core/llm/guards/settings';
import { Problems } from '../../../../core/pipeline/check-problems';

const scope = { paths: ['input.from', 'input.body'], members: ['label', 'reply'] };
const problemsOf = (guards: unknown) => {
  const problems = new Problems();
  checkGuards(guards as LlmGuards, 'model.guards', scope, problems);
  return problems.all.map(({ code, path }) => `${code} ${path}`);
};
const classifier = { endpoint: 'prompt-guard', attack: ['INJECTION'] };

test('guards of all kinds can be had', () => {
  const guards: LlmGuards = {
    input: {
      attacks: { use: 'builtin', onFlag: 'review' },
      scripts: { use: { scripts: ['Latin', 'Greek'] }, onFlag: 'monitor' },
      model: { use: { ...classifier, threshold: 0.9 }, onFlag: 'fallback', onFailure: 'open', within: '300ms' },
    },
    personalData: { mask: ['email', 'name'], names: ['input.from'], restore: ['reply'] },
    output: {
      prompt: { use: 'prompt', onFlag: 'fallback' },
      canary: { use: 'canary', onFlag: 'fallback', onFailure: 'review' },
      links: { use: { links: ['example.com'] }, onFlag: 'review' },
      quotes: { use: 'quotes', onFlag: 'monitor' },
      placeholders: { use: 'placeholders', onFlag: 'review' },
      model: { use: classifier, onFlag: 'review' },
    },
  };
  expect(problemsOf(guards)).toEqual([]);
  expect(problemsOf(undefined)).toEqual([]);
  expect(JSON.parse(JSON.stringify(guards))).toEqual(guards);
});

test.each<[string, unknown, string[]]>([
  ['a text', 'all', ['GUARD model.guards']],
  ['another stage', { inputs: {} }, ['UNKNOWN_MEMBER model.guards.inputs']],
  ['a list of guards', { input: [] }, ['GUARD model.guards.input']],
  ['a guard that is none', { input: { a: null } }, ['GUARD model.guards.input.a']],
  ['a guard without anything', { input: { a: {} } }, ['GUARD_FLAG model.guards.input.a.onFlag', 'GUARD_USE model.guards.input.a.use']],
  ['another member', { output: { a: { use: 'quotes', onFlag: 'review', onFail: 'open' } } }, ['UNKNOWN_MEMBER model.guards.output.a.onFail']],
  ['a guard of the other stage', { input: { a: { use: 'quotes', onFlag: 'review' } } }, ['GUARD_USE model.guards.input.a.use']],
  ['another action', { input: { a: { use: 'builtin', onFlag: 'block' } } }, ['GUARD_FLAG model.guards.input.a.onFlag']],
  ['another fail mode', { input: { a: { use: 'builtin', onFlag: 'review', onFailure: 'shut' } } }, ['GUARD_FAILURE model.guards.input.a.onFailure']],
  ['a time for what cannot be interrupted', { input: { a: { use: 'builtin', onFlag: 'review', within: '1s' } } }, ['GUARD_WITHIN model.guards.input.a.within']],
  ['no duration', { input: { a: { use: classifier, onFlag: 'review', within: 'soon' } } }, ['DURATION model.guards.input.a.within']],
  ['too long a time', { input: { a: { use: classifier, onFlag: 'review', within: '1m' } } }, ['DURATION_RANGE model.guards.input.a.within']],
  ['a name with blanks', { input: { 'a b': { use: 'builtin', onFlag: 'review' } } }, ['NAME model.guards.input.a b']],
  ['a wrong endpoint, labels and threshold', { input: { a: { use: { endpoint: 'a/b', attack: [], threshold: 0 }, onFlag: 'review' } } },
    ['ENDPOINT model.guards.input.a.use.endpoint', 'GUARD_ATTACK model.guards.input.a.use.attack', 'GUARD_THRESHOLD model.guards.input.a.use.threshold']],
  ['no such script', { input: { a: { use: { scripts: ['Latn2'] }, onFlag: 'review' } } }, ['GUARD_SCRIPTS model.guards.input.a.use.scripts[0]']],
  ['no script', { input: { a: { use: { scripts: [] }, onFlag: 'review' } } }, ['GUARD_SCRIPTS model.guards.input.a.use.scripts']],
  ['an address for a host', { output: { a: { use: { links: ['https://example.com'] }, onFlag: 'review' } } }, ['GUARD_LINKS model.guards.output.a.use.links[0]']],
  ['personal data of no kind', { personalData: {} }, ['PERSONAL_DATA model.guards.personalData.mask']],
  ['names that are not masked', { personalData: { mask: ['email'], names: ['input.from'] } }, ['PERSONAL_DATA model.guards.personalData.names']],
  ['what is not there', { personalData: { mask: ['mail', 'name'], names: ['input.form'], restore: ['replay'] } },
    ['PERSONAL_DATA model.guards.personalData.mask[0]', 'PERSONAL_DATA model.guards.personalData.names[0]', 'PERSONAL_DATA model.guards.personalData.restore[0]']],
])('%s is a problem', (_, guards, problems) => {
  expect(problemsOf(guards)).toEqual(problems);
}); // prettier-ignore

test('too many guards are refused', () => {
  const many = Object.fromEntries(
    Array.from({ length: 11 }, (_, i) => [`g${i}`, { use: 'builtin', onFlag: 'review' }]),
  );
  expect(problemsOf({ input: many })).toEqual(['GUARD model.guards.input']);
});
