import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { LoanAccounts } from '../../examples/credit-risk/loan-accounts';
import creditRisk from '../../examples/credit-risk/pipeline';
import mailTriage from '../../examples/mail-triage/pipeline';
import {
  PipelineStack,
  PlatformStack,
  type Prompt,
  definePipeline,
  expectedCost,
  review,
  safeDefault,
  sagemaker,
} from '../../lib';
import { Store } from '../../lib/store';

/** Waits three seconds for a person, then gives the safe default: an afternoon of review in the time of a test. */
const impatient = definePipeline({
  name: 'impatient',
  input: {
    type: 'object',
    properties: { amount: { type: 'number', minimum: 0, maximum: 1_000_000 } },
    required: ['amount'],
  },
  model: sagemaker({ endpoint: 'absent', columns: ['input.amount'], probabilityOf: 'bad' }),
  decide: {
    outcomes: ['pay', 'refuse'],
    labels: ['good', 'bad'],
    rules: [{ id: 'small', when: 'input.amount < 10.0', outcome: 'pay', reason: 'SMALL' }],
    costs: { pay: { good: 0, bad: 5 }, refuse: { good: 1, bad: 0 }, review: 0.5 },
    policy: expectedCost(),
  },
  deadline: '2s',
  fallback: [review(), safeDefault('refuse')],
  review: { sla: '3s' },
  readers: ['000000000000:user/plumbline-other'],
});

/** The candidate beside it pays what is twice as large without a question. */
const generous = {
  ...impatient,
  decide: {
    ...impatient.decide,
    rules: [{ id: 'small', when: 'input.amount < 20.0', outcome: 'pay', reason: 'SMALL' }],
  },
};

const app = new App();
const platform = new PlatformStack(app, 'PlumblinePlatform', { passwordFlow: true });
// Without a random sample: what the tests send comes out alike each time.
const definition = { ...creditRisk, review: { ...creditRisk.review, sample: 0 } };
const loans = new LoanAccounts(app, 'PlumblineLoanAccounts');
const { pipeline } = new PipelineStack(app, 'PlumblineCreditRisk', {
  definition,
  platform,
  actions: { 'open-account': loans.openAccount },
});
for (const [name, table] of Object.entries({ accounts: loans.accounts, ledger: loans.ledger }))
  new CfnOutput(loans, name, { value: table.tableName });
// What a bank's web site says on the bus is decided.
new Rule(pipeline, 'Applications', {
  eventBus: platform.eventBus,
  eventPattern: { source: ['test.web'] },
  targets: [new SqsQueue(pipeline.intake.queue)],
});
new PipelineStack(app, 'PlumblineImpatient', {
  definition: impatient,
  platform,
  candidate: { definition: generous, share: 0.5 },
});
// Everything that it would automate is drawn for a blind review.
new PipelineStack(app, 'PlumblineSampled', {
  definition: { ...impatient, name: 'sampled', review: { sla: '4h', sample: 1 } },
  platform,
});

// The emulator's alarms heed no dimensions: the drift of one pipeline would raise that of another.
const { drift: _, ...plainTriage } = mailTriage;
// As the example, but callers have limits, its endpoint holds no answer to a schema, and one of its prompts is bad: it asks for no JSON.
const [[, first]] = Object.entries(mailTriage.model.prompts.versions) as [[string, Prompt]];
const prose: Prompt = { ...first, messages: [{ role: 'system', content: 'Is this spam?' }, first.messages.at(-1)!] };
const prompts = { ...mailTriage.model.prompts, versions: { ...mailTriage.model.prompts.versions, prose } };
// Room enough for an answer to tell what it should not.
const { properties, ...schema } = mailTriage.model.answer.schema;
const answer = {
  label: 'verdict',
  schema: { ...schema, properties: { ...properties, reason: { type: 'string', maxLength: 5_000 } } },
};
const limits = { perRequest: { inputTokens: 3_000, outputTokens: 600 }, perCaller: { tokensPerMinute: 150_000 } };
new PipelineStack(app, 'PlumblineMailTriage', {
  definition: { ...plainTriage, model: { ...mailTriage.model, answer, prompts, limits, guided: false } },
  platform,
});

// The tables of a pipeline and nothing that works on them: what the adapters' tests write stays as they wrote it.
const tables = new Stack(app, 'PlumblineTables');
const { decisionsTable, stateTable, featureTables } = new Store(tables, 'Store', { definition: creditRisk });
for (const [name, table] of Object.entries({ decisionsTable, stateTable, featureTable: featureTables.accounts! }))
  new CfnOutput(tables, name, { value: table.tableName });
