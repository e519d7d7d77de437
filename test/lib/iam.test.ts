import { ofType, resourcesOf, stacks } from './templates';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { acknowledgements } from './acknowledgements';
import { equippedApp } from './equipped';
import { type RolePolicies, rolesOf, strayPolicies } from './policies';

/**
 * All that each function may do, by its folder in lambdas/. Whoever adds a right adds it here, where it is reviewed.
 * That each writes its own log is tested below.
 */
const RIGHTS: Readonly<Record<string, readonly string[]>> = {
  decide: [
    'dynamodb:BatchGetItem on Store/Decisions',
    'dynamodb:BatchGetItem on Store/Featuresaccounts',
    'dynamodb:BatchGetItem on Store/State',
    'dynamodb:PutItem on Store/Decisions',
    'sagemaker:InvokeEndpoint on endpoint/credit-risk',
    'secretsmanager:GetSecretValue on Store/IdSecret',
  ],
  dispatch: [
    'dynamodb:DescribeStream on Store/Decisions.StreamArn',
    'dynamodb:GetItem on Store/Decisions',
    'dynamodb:GetRecords on Store/Decisions.StreamArn',
    'dynamodb:GetShardIterator on Store/Decisions.StreamArn',
    'dynamodb:ListStreams on Store/Decisions.StreamArn',
    'dynamodb:UpdateItem on Store/Decisions',
    'events:PutEvents on PlumblinePlatform/Events',
    'sqs:SendMessage on Store/DeadLetters',
    'states:DescribeExecution on execution:Review/Workflow:*',
    'states:StartExecution on PlumblineLoanAccounts/OpenAccountWorkflow',
    'states:StartExecution on Review/Workflow',
  ],
  evaluate: [
    'cloudwatch:PutMetricData on *',
    'dynamodb:BatchGetItem on Store/State',
    'dynamodb:GetItem on Store/State',
    'dynamodb:PutItem on Store/State',
    'dynamodb:Query on Store/Decisions/index/open',
    'dynamodb:UpdateItem on Store/State',
    'events:PutEvents on PlumblinePlatform/Events',
    'sagemaker:InvokeEndpoint on endpoint/credit-risk',
  ],
  expire: ['dynamodb:UpdateItem on Store/Decisions'],
  infer: [
    'dynamodb:BatchGetItem on Store/Featuresaccounts',
    'dynamodb:BatchGetItem on Store/State',
    'sagemaker:InvokeEndpoint on endpoint/credit-risk',
  ],
  intake: [
    'dynamodb:BatchGetItem on Store/Decisions',
    'dynamodb:BatchGetItem on Store/Featuresaccounts',
    'dynamodb:BatchGetItem on Store/State',
    'dynamodb:PutItem on Store/Decisions',
    'sagemaker:InvokeEndpoint on endpoint/credit-risk',
    'secretsmanager:GetSecretValue on Store/IdSecret',
    'sqs:DeleteMessage on Store/Intake',
    'sqs:GetQueueAttributes on Store/Intake',
    'sqs:ReceiveMessage on Store/Intake',
    'sqs:SendMessage on Store/IntakeDeadLetters',
  ],
  mode: [
    'dynamodb:GetItem on Store/State',
    'dynamodb:PutItem on Store/State',
    'dynamodb:UpdateItem on Store/State',
    'events:PutEvents on PlumblinePlatform/Events',
  ],
  notify: ['dynamodb:GetItem on Store/State', 'sns:Publish on OnCall'],
  observe: [
    'dynamodb:DescribeStream on Store/Decisions.StreamArn',
    'dynamodb:GetItem on Store/State',
    'dynamodb:GetRecords on Store/Decisions.StreamArn',
    'dynamodb:GetShardIterator on Store/Decisions.StreamArn',
    'dynamodb:ListStreams on Store/Decisions.StreamArn',
    'dynamodb:PutItem on Store/State',
    'sqs:SendMessage on Store/DeadLetters',
  ],
  outcome: ['dynamodb:GetItem on Store/Decisions', 'dynamodb:UpdateItem on Store/Decisions'],
  read: [
    'cloudwatch:DescribeAlarms on Alarms/ActionFailed-open-account',
    'cloudwatch:DescribeAlarms on Alarms/DeadLetters',
    'cloudwatch:DescribeAlarms on Alarms/Drift',
    'cloudwatch:DescribeAlarms on Alarms/IntakeDeadLetters',
    'dynamodb:BatchGetItem on Store/State',
    'dynamodb:GetItem on Store/Decisions',
    'dynamodb:GetItem on Store/State',
  ],
  reviews: [
    'dynamodb:DeleteItem on Store/State',
    'dynamodb:GetItem on Store/Decisions',
    'dynamodb:GetItem on Store/State',
    'dynamodb:PutItem on Store/State',
    'dynamodb:Query on Store/Decisions/index/open',
    'dynamodb:UpdateItem on Store/Decisions',
    'dynamodb:UpdateItem on Store/State',
    'sqs:ChangeMessageVisibility on Review/Queue',
    'sqs:DeleteMessage on Review/Queue',
    'sqs:ReceiveMessage on Review/Queue',
    'states:SendTaskSuccess on Review/Workflow',
  ],
  sweep: [
    'dynamodb:GetItem on Store/Decisions',
    'dynamodb:Query on Store/Decisions/index/open',
    'dynamodb:UpdateItem on Store/Decisions',
    'events:PutEvents on PlumblinePlatform/Events',
    'states:DescribeExecution on execution:Review/Workflow:*',
    'states:StartExecution on PlumblineLoanAccounts/OpenAccountWorkflow',
    'states:StartExecution on Review/Workflow',
  ],
  validate: [],
};

/** AWS calls that a bundle holds, for it holds whole adapters, but that its function never makes. */
const NEVER_CALLED: Readonly<Record<string, readonly string[]>> = {
  decide: ['GetItem', 'Query', 'UpdateItem'],
  dispatch: ['PutItem', 'Query', 'SendTaskSuccess'],
  expire: ['GetItem', 'PutItem', 'Query'],
  intake: ['GetItem', 'Query', 'UpdateItem'],
  notify: ['BatchGetItem', 'PutItem', 'UpdateItem'],
  observe: ['BatchGetItem', 'InvokeEndpoint', 'UpdateItem'],
  outcome: ['PutItem', 'Query'],
  read: ['PutItem', 'Query', 'UpdateItem'],
  reviews: ['DescribeExecution', 'StartExecution'],
  sweep: ['PutItem', 'SendTaskSuccess'],
};

/** What a state machine needs to be logged and traced. */
const LOG_DELIVERY = [
  'logs:CreateLogDelivery',
  'logs:GetLogDelivery',
  'logs:UpdateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:DescribeResourcePolicies',
  'logs:DescribeLogGroups',
];
const TRACING = [
  'xray:PutTraceSegments',
  'xray:PutTelemetryRecords',
  'xray:GetSamplingRules',
  'xray:GetSamplingTargets',
];

/** Resources with a wildcard, each with the reason by which the construct acknowledges it. */
const WILDCARDS = [
  {
    role: 'Pipeline/Drift/Evaluate/Role',
    actions: ['cloudwatch:PutMetricData'],
    resource: '*',
    condition: { StringEquals: { 'cloudwatch:namespace': 'Plumbline' } },
    reason: 'PutMetricData knows no resources; a condition holds it to our namespace.',
  },
  ...['Dispatch', 'Sweep'].map((name) => ({
    role: `Pipeline/Review/${name}/Role`,
    actions: ['states:DescribeExecution'],
    resource: 'arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:Pipeline/Review/Workflow:*',
    reason: 'Executions are named by decision id, so the resource ends in a wildcard below this one state machine.',
  })),
  ...[
    { role: 'Pipeline/Review/WorkflowRole', actions: [...LOG_DELIVERY, ...TRACING] },
    { role: 'OpenAccount/Workflow/Role', actions: LOG_DELIVERY },
    { role: 'OpenAccount/Workflow/Role', actions: TRACING },
  ].map((allowed) => ({ ...allowed, resource: '*', reason: 'Log delivery and X-Ray know no resources.' })),
  ...[
    { actions: ['ecr:GetAuthorizationToken'] },
    {
      actions: ['cloudwatch:PutMetricData'],
      condition: { StringEquals: { 'cloudwatch:namespace': '/aws/sagemaker/Endpoints' } },
    },
  ].map((allowed) => ({
    role: 'Endpoint/Role',
    ...allowed,
    resource: '*',
    reason:
      'GetAuthorizationToken and PutMetricData know no resources; metrics are bound to the namespace /aws/sagemaker/Endpoints.',
  })),
];

const pipelineStack = stacks.find(({ stackName }) => stackName === 'PlumblineCreditRisk')!;
const everyRole = stacks.flatMap((stack) => rolesOf(stack).map((role) => ({ stack, ...role })));
const equipped = equippedApp();

/** The roles of functions, by the function's folder in lambdas/. */
const functionRoles = (roles: readonly RolePolicies[]) =>
  new Map(
    roles
      .filter(({ trusts }) => trusts.includes('lambda.amazonaws.com'))
      .map((role) => [role.role.split('/').at(-2)!.toLowerCase(), role]),
  );
const ofFunctions = functionRoles(rolesOf(pipelineStack));

/** Statements as `action on resource`, without the function's own log. */
const rightsOf = ({ role, statements }: RolePolicies): string[] =>
  statements
    .flatMap(({ actions, resources }) =>
      resources.flatMap((resource) => actions.map((action) => `${action} on ${short(resource)}`)),
    )
    .filter((right) => !right.endsWith(` on ${short(role).replace(/Role$/, 'Log')}`))
    .sort();

const short = (resource: string) => resource.replace('Pipeline/', '').replace(/^arn:.*:(?=execution:|endpoint\/)/, '');

describe('every policy of the app', () => {
  test('belongs to a role that one service takes, and to nobody else', () => {
    expect(everyRole.length).toBeGreaterThan(10);
    expect(everyRole.filter(({ trusts }) => trusts.length !== 1 || !/^\w+\.amazonaws\.com$/.test(trusts[0]!))).toEqual(
      [],
    );
    expect(stacks.flatMap(strayPolicies)).toEqual([]);
  });

  test('is written out: none is managed by AWS, none says what it does not allow', () => {
    // The one role that an account lends API Gateway, with the policy that AWS wrote for it.
    const own = everyRole.filter(({ role }) => !role.endsWith('MachineApi/Api/CloudWatchRole'));
    const odd = own.filter(
      ({ managed, statements }) =>
        managed.length > 0 || statements.some(({ effect, negated }) => effect !== 'Allow' || negated),
    );
    expect(odd).toEqual([]);
  });

  test('names its actions one by one', () => {
    const wild = [...everyRole, ...rolesOf(equipped.stack)].flatMap(({ role, statements }) =>
      statements
        .flatMap(({ actions }) => actions)
        .filter((action) => !/^[a-z-]+\d*:[A-Za-z]+$/.test(action))
        .map((action) => `${role}: ${action}`),
    );
    expect(wild).toEqual([]);
  });

  test('names its resources, but for those that cannot be named', () => {
    const wild = everyRole.flatMap(({ stack, role, statements }) =>
      statements
        .filter(({ resources }) => resources.some((resource) => /[*?]/.test(resource)))
        .map(({ actions, resources, condition }) => {
          const reasons = acknowledgements(stack)
            .filter(({ rule, path }) => rule.startsWith('AwsSolutions-IAM5') && path === `${stack.node.path}/${role}`)
            .map(({ reason }) => reason);
          return {
            // The role of a model is named after the model, too.
            role: role.replace(/Role[0-9a-f]{8}$/, 'Role'),
            actions,
            resource: resources.join(),
            ...(condition ? { condition } : {}),
            reason: reasons.join(),
          };
        }),
    );
    const ordered = (rows: readonly { role: string; actions: readonly string[] }[]) =>
      [...rows].sort((a, b) => `${a.role}${a.actions}`.localeCompare(`${b.role}${b.actions}`));
    expect(ordered(wild)).toEqual(ordered(WILDCARDS));
  });
});

describe('functions', () => {
  test('all have a role of their own, and all are listed here', () => {
    const functions = ofType(resourcesOf(pipelineStack), 'AWS::Lambda::Function');
    const roles = new Set(functions.map(([, { Properties }]) => JSON.stringify(Properties.Role)));
    expect(roles.size).toBe(functions.length);
    expect(stacks.flatMap((stack) => ofType(resourcesOf(stack), 'AWS::Lambda::Function'))).toHaveLength(roles.size);
    expect([...ofFunctions.keys()].sort()).toEqual(Object.keys(RIGHTS).sort());
  });

  test.each(Object.entries(RIGHTS))('%s may do what is listed and nothing else', (name, rights) => {
    expect(rightsOf(ofFunctions.get(name)!)).toEqual(rights);
  });

  test.each(Object.keys(RIGHTS))('%s writes its own log', (name) => {
    const { role, statements } = ofFunctions.get(name)!;
    expect(statements.filter(({ actions }) => actions.some((action) => action.startsWith('logs:')))).toEqual([
      {
        effect: 'Allow',
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [role.replace(/Role$/, 'Log')],
        negated: false,
      },
    ]);
  });

  test('validate reaches no data', () => {
    expect(rightsOf(ofFunctions.get('validate')!)).toEqual([]);
    const { Properties } = ofType(resourcesOf(pipelineStack), 'AWS::Lambda::Function').find(
      ([
        ,
        {
          Properties: { Description },
        },
      ]) => Description === 'POST /validations',
    )![1];
    expect(Properties.Environment?.Variables ?? {}).toEqual({});
  });
});

// The emulator does not enforce policies: a right that is missing shows only on AWS. The bundles show it here.
test('the parts keep to their own items of the state table', () => {
  const reach = Object.fromEntries(
    [...ofFunctions].flatMap(([name, role]) =>
      role.statements
        .filter(({ condition }) => JSON.stringify(condition ?? {}).includes('LeadingKeys'))
        .map(({ condition }) => [name, condition]),
    ),
  );
  const keys = (...prefixes: string[]) => ({
    'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': prefixes.map((prefix) => `${prefix}*`) },
  });
  expect(reach).toEqual({
    observe: keys('drift#'),
    evaluate: keys('drift#', 'mode'),
    mode: keys('mode'),
    notify: keys('drift#'),
    read: keys('drift#'),
    reviews: keys('lease#'),
  });
});

describe('what functions call and what they may do', () => {
  test.each(Object.keys(RIGHTS))('%s may make each call of its bundle that it makes', (name) => {
    const may = new Set(RIGHTS[name]!.map(callOf));
    const calls = callsOf(name);
    const refused = calls.filter((call) => !may.has(call));
    expect(refused).toEqual(NEVER_CALLED[name] ?? []);
    const idle = [...may].filter(
      (call) => !calls.includes(call) && !BY_LAMBDA.includes(call) && !IN_TRANSACTIONS[name]?.includes(call),
    );
    expect(idle).toEqual([]);
  });
});

const callOf = (right: string) => /:(\w+) on/.exec(right)![1]!;
/** What is done in transactions only. */
const IN_TRANSACTIONS: Readonly<Record<string, readonly string[]>> = { mode: ['PutItem'] };
/** Lambda itself reads the stream and the intake queue, with the function's role. */
const BY_LAMBDA = [
  'DeleteMessage',
  'GetQueueAttributes',
  'ReceiveMessage',
  'DescribeStream',
  'GetRecords',
  'GetShardIterator',
  'ListStreams',
];
/** The SDK's own, for credentials and endpoints; and a transaction, which needs the rights of its parts. */
const OF_THE_SDK =
  /^(AssumeRole|AssumeRoleWithWebIdentity|CreateToken|CreateOAuth2Token\w*|DescribeEndpoints|GetRoleCredentials|TransactWriteItems)$/;

/** The AWS calls in a function's bundle. */
function callsOf(name: string): string[] {
  const folder = join(__dirname, '../../dist/bundles', name);
  const code = readdirSync(folder)
    .filter((file) => file.endsWith('.mjs'))
    .map((file) => readFileSync(join(folder, file), 'utf8'));
  const found = code.flatMap((text) => [...text.matchAll(/"([A-Z]\w+)Command"/g)].map((match) => match[1]!));
  return [...new Set(found)].filter((call) => !OF_THE_SDK.test(call)).sort();
}

describe('a pipeline on what its engineers have', () => {
  const roles = functionRoles(rolesOf(equipped.stack));
  const plus = (name: string) => rightsOf(roles.get(name)!).filter((right) => /^(kms|ec2):/.test(right));
  const own = ['kms:Decrypt', 'kms:GenerateDataKey'];
  const keys = (name: string) => plus(name).filter((right) => right.startsWith('kms:'));

  test('lets functions use its key, and those of the tables and the topic they work with', () => {
    const key = (right: string) => right.replace(/ on .*\/(\w+)$/, ' $1');
    expect(keys('validate').map(key)).toEqual(own.map((action) => `${action} Key`));
    expect(keys('decide').map(key)).toEqual(['kms:Decrypt Key', 'kms:Decrypt TableKey', 'kms:GenerateDataKey Key']);
    expect(keys('infer').map(key)).toEqual(['kms:Decrypt Key', 'kms:Decrypt TableKey', 'kms:GenerateDataKey Key']);
    expect(keys('notify').map(key)).toEqual([
      'kms:Decrypt Key',
      'kms:Decrypt TopicKey',
      'kms:GenerateDataKey Key',
      'kms:GenerateDataKey TopicKey',
    ]);
  });

  test('lets functions into the VPC, as Lambda asks for it', () => {
    for (const name of Object.keys(RIGHTS))
      expect(plus(name).filter((right) => right.startsWith('ec2:'))).toEqual([
        'ec2:AssignPrivateIpAddresses on *',
        'ec2:CreateNetworkInterface on *',
        'ec2:DeleteNetworkInterface on *',
        'ec2:DescribeNetworkInterfaces on *',
        'ec2:DescribeSubnets on *',
        'ec2:UnassignPrivateIpAddresses on *',
      ]);
  });
});
