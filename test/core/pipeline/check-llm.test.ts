import { checkDefinition } from '../../../core/pipeline/check';
import type { LlmModel, Prompt } from '../../../core/llm/settings';
import { triage } from '../llm/triage';

const model = triage.model;
const problemsOf = (over: object) =>
  checkDefinition({ ...triage, model: { ...model, ...over } as LlmModel }).map(
    ({ code, path, message }) => `${code} ${path}: ${message}`,
  );
const live = model.prompts.versions['1']!;
const withPrompt = (over: Partial<Prompt>, live_ = '1') =>
  problemsOf({ prompts: { live: live_, versions: { '1': { ...live, ...over } } } });

test('finds nothing wrong with what is right', () => {
  expect(problemsOf({})).toEqual([]);
  expect(problemsOf({ confidence: { by: 'samples', samples: 5, temperature: 1 } })).toEqual([]);
  const bedrock = {
    provider: 'bedrock',
    endpoint: 'eu.amazon.nova-lite-v1:0',
    confidence: { by: 'samples', samples: 3 },
  };
  expect(problemsOf(bedrock)).toEqual([]);
});

test.each<[string, object, RegExp]>([
  ['another provider', { provider: 'azure' }, /^LLM_PROVIDER model\.provider: "azure" is none of sagemaker, bedrock/],
  ['an endpoint that is none', { endpoint: 'a b' }, /^MODEL_ENDPOINT model\.endpoint: .*SageMaker/],
  ['an ARN for a model', { provider: 'bedrock', endpoint: 'arn:aws:bedrock:x' }, /^MODEL_ENDPOINT .*Bedrock model/],
  ['a label that truth cannot be', { probabilityOf: 'junk' }, /^MODEL_LABEL model\.probabilityOf/],
  ['no prompts', { prompts: { live: '1', versions: {} } }, /^PROMPTS model\.prompts: .*loadPrompts/],
  ['no limits', { limits: {} }, /^MISSING_PART model\.limits\.perRequest: is required/],
  ['too patient a stream', { stream: { firstToken: '1m' } }, /^DURATION_RANGE model\.stream\.firstToken/],
  ['one sample', { confidence: { by: 'samples', samples: 1 } }, /^LLM_NUMBER model\.confidence\.samples/],
  ['samples that cannot differ', { confidence: { by: 'samples', samples: 5, temperature: 0 } }, /differ/],
  ['log-probabilities of Bedrock', { provider: 'bedrock', endpoint: 'm' }, /^LLM_CONFIDENCE .*samples: 5/],
  ['a misspelt member', { confidense: 1 }, /^UNKNOWN_MEMBER model\.confidense: .*did you mean "confidence"/i],
  ['an answer without properties', { answer: { schema: { type: 'object' }, label: 'verdict' } }, /^LLM_ANSWER /],
  [
    'a label that the answer has not',
    { answer: { ...model.answer, label: 'verdikt' } },
    /^LLM_LABEL model\.answer\.label: "verdikt" is none of verdict, why/,
  ],
  [
    'an answer whose labels are others',
    {
      answer: {
        label: 'verdict',
        schema: { ...model.answer.schema, properties: { verdict: { enum: ['spam', 'ok'] } } },
      },
    },
    /^LLM_LABEL .*must have the labels ham, spam as its enum/,
  ],
  [
    'an answer that may lack its label',
    { answer: { label: 'verdict', schema: { ...model.answer.schema, required: [] } } },
    /^LLM_LABEL .*required: must name "verdict"/,
  ],
])('says what is wrong with %s', (_, over, problem) => {
  expect(problemsOf(over).join('\n')).toMatch(problem);
});

test.each<[string, Partial<Prompt>, RegExp]>([
  [
    'an unknown variable',
    { messages: [{ role: 'user', content: '{{subjekt}} {{links}} {{subject}}' }] },
    /\{\{subjekt\}\} is no variable.*subject/,
  ],
  [
    'a variable that is not used',
    { messages: [{ role: 'user', content: '{{subject}}' }] },
    /variables\.links: is used by no message/,
  ],
  [
    'a variable of no field',
    { variables: { subject: 'input.subjekt', links: 'input.links' } },
    /"input\.subjekt" is not an input or a feature.*input\.subject/,
  ],
  [
    'a text in what the system says',
    { messages: [{ role: 'system', content: 'Think of {{subject}}.' }, ...live.messages.slice(1)] },
    /^PROMPT_UNTRUSTED .*messages\[0\]: .*Move it to a user message/,
  ],
  ['a system that speaks late', { messages: [...live.messages].reverse() }, /^PROMPT_ROLE /],
  [
    'a message that says nothing',
    { messages: [{ role: 'system', content: ' ' }, ...live.messages.slice(1)] },
    /^PROMPT_EMPTY /,
  ],
  [
    'a prompt that ends with the model',
    { messages: [...live.messages, { role: 'assistant', content: 'Yes.' }] },
    /must end with the user’s/,
  ],
  ['a temperature beyond 2', { temperature: 3 }, /^PROMPT_TEMPERATURE /],
  [
    'no room for a text',
    { variables: { ...live.variables, subject: { from: 'input.subject', mostCharacters: 0 } } },
    /^LLM_NUMBER .*mostCharacters/,
  ],
])('says what is wrong with %s', (_, over, problem) => {
  expect(withPrompt(over).join('\n')).toMatch(problem);
});

test('a version that is live must be there', () => {
  expect(withPrompt({}, '2').join('\n')).toMatch(/^PROMPT_LIVE model\.prompts\.live: "2" is none of 1/);
});

test('what is protected must not be told to the model', () => {
  const problems = checkDefinition({ ...triage, protected: ['input.links'] });
  expect(problems.map(({ code, path }) => `${code} ${path}`)).toContain(
    'PROTECTED model.prompts.versions.1.variables.links',
  );
});
