import { app, stacks, testApp } from './templates';
import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { acknowledgements } from './acknowledgements';
import { equippedApp } from './equipped';
import { triageApp } from './triage-stacks';

interface Finding {
  readonly rule: string;
  readonly path: string;
}

/** What cdk-nag finds under a construct: errors and warnings that nobody acknowledged. */
function findings(scope: IConstruct, checks = new AwsSolutionsChecks()): Finding[] {
  return checks
    .validateScope(scope)
    .violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => ({ rule: ruleName, path: constructPath! })),
    );
}

/** The same, acknowledged or not. */
function allFindings(scope: IConstruct): Finding[] {
  const checks = new AwsSolutionsChecks();
  Object.assign(checks, { isAcknowledged: () => false });
  return findings(scope, checks);
}

const equipped = equippedApp();

describe.each([
  ['the app', app],
  ['a pipeline with a key, a VPC and an environment of its own', equipped.stack.pipeline],
  ['pipelines with language models', triageApp],
])('%s', (_, scope) => {
  test('leaves nothing that cdk-nag finds unexplained', () => {
    expect(findings(scope)).toEqual([]);
  });

  test('gives a sentence as reason for each acknowledgement', () => {
    const isSentence = (text: string) => /^[A-Z].*\.$/.test(text) && text.split(' ').length >= 4;
    expect(acknowledgements(scope).filter(({ reason }) => !isSentence(reason))).toEqual([]);
  });

  test('acknowledges nothing that is not found', () => {
    const found = allFindings(scope);
    const idle = acknowledgements(scope).filter(
      (ack) => !found.some(({ rule, path }) => rule === ack.rule && `${path}/`.startsWith(`${ack.path}/`)),
    );
    expect(idle).toEqual([]);
  });
});

test('looks at every stack', () => {
  const seen = new Set(allFindings(app).map(({ path }) => path.split('/')[0]));
  expect([...seen].sort()).toEqual(stacks.map(({ node }) => node.id).sort());
});

test('finds what is bad', () => {
  const bad = new Stack(testApp(), 'Bad');
  new Queue(bad, 'Queue');
  const role = new Role(bad, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  role.addToPolicy(new PolicyStatement({ actions: ['s3:*'], resources: ['*'] }));

  const rules = findings(bad).map(({ rule }) => rule);

  expect(rules.sort()).toEqual([
    'AwsSolutions-IAM5[Action::s3:*]',
    'AwsSolutions-IAM5[Resource::*]',
    'AwsSolutions-SQS3',
    'AwsSolutions-SQS4',
  ]);
});
