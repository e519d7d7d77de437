import { ofType, resourcesOf, stacks } from './templates';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { acknowledgements } from './acknowledgements';
import { equippedApp } from './equipped';
import { type RolePolicies, rolesOf, strayPolicies } from './policies';
import { BY_ANOTHER, BY_LAMBDA, IN_TRANSACTIONS, NEVER_CALLED, OF_THE_SDK, RIGHTS, WILDCARDS } from './rights';

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

/** Each function may send its traces; no resource of X-Ray's could be named. */
const TRACES = { actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], reason: /^X-Ray takes segments/ };
const isTracing = ({ actions }: { readonly actions: readonly string[] }) => actions.join() === TRACES.actions.join();

/** Statements as `action on resource`, without the function's own log and traces. */
const rightsOf = ({ role, statements }: RolePolicies): string[] =>
  statements
    .filter((statement) => !isTracing(statement))
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
        .filter((statement) => !isTracing(statement))
        .map(({ actions, resources, condition }) => {
          const reasons = acknowledgements(stack)
            .filter(({ rule, path }) => rule.startsWith('AwsSolutions-IAM5') && path === `${stack.node.path}/${role}`)
            .map(({ reason }) => reason)
            .filter((reason) => !TRACES.reason.test(reason));
          return {
            // The role of a model is named after the model, too.
            role: role.replace(/Role[0-9a-f]{8}$/, 'Role'),
            actions,
            resource: resources.join(),
            ...(condition ? { condition } : {}),
            reason: [...new Set(reasons)].join(),
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

  test.each(Object.keys(RIGHTS))('%s sends its traces, for a reason that is written down', (name) => {
    const { role, statements } = ofFunctions.get(name)!;
    expect(statements.filter(isTracing)).toEqual([
      { effect: 'Allow', actions: TRACES.actions, resources: ['*'], negated: false },
    ]);
    const reasons = acknowledgements(pipelineStack)
      .filter(({ path }) => path === `${pipelineStack.node.path}/${role}`)
      .map(({ reason }) => reason);
    expect(reasons).toContainEqual(expect.stringMatching(TRACES.reason));
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
    batches: keys('batch#'),
    chunks: keys('batch#'),
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
    const refused = calls.filter((call) => !may.has(BY_ANOTHER[call] ?? call));
    expect(refused).toEqual(NEVER_CALLED[name] ?? []);
    const used = calls.map((call) => BY_ANOTHER[call] ?? call);
    const idle = [...may].filter(
      (call) => !used.includes(call) && !BY_LAMBDA.includes(call) && !IN_TRANSACTIONS[name]?.includes(call),
    );
    expect(idle).toEqual([]);
  });
});

const callOf = (right: string) => /:(\w+) on/.exec(right)![1]!;
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
