import { resourcesOf, stacks } from './templates';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What holds data, or is known to others by its name or address. A new logical id means a new, empty one. */
const STATEFUL = new Set([
  'AWS::ApiGateway::RestApi',
  'AWS::ApiGatewayV2::Api',
  'AWS::Cognito::UserPool',
  'AWS::Cognito::UserPoolClient',
  'AWS::DynamoDB::GlobalTable',
  'AWS::DynamoDB::Table',
  'AWS::Events::EventBus',
  'AWS::KMS::Key',
  'AWS::S3::Bucket',
  'AWS::SNS::Topic',
  'AWS::SQS::Queue',
  'AWS::SageMaker::Endpoint',
  'AWS::SecretsManager::Secret',
  'AWS::StepFunctions::StateMachine',
]);

const file = join(__dirname, 'stateful-resources.json');

const found = Object.fromEntries(
  stacks.map((stack) => [
    stack.stackName,
    Object.fromEntries(
      Object.entries(resourcesOf(stack))
        .filter(([, { Type }]) => STATEFUL.has(Type))
        .map(([id, { Type }]) => [id, Type] as const)
        .sort(([a], [b]) => a.localeCompare(b)),
    ),
  ]),
);

test('stateful resources keep their logical ids', () => {
  if (process.env.UPDATE_STATEFUL === '1') writeFileSync(file, `${JSON.stringify(found, null, 2)}\n`);
  const known = JSON.parse(readFileSync(file, 'utf8')) as typeof found;
  const rows = (stacks: typeof known) =>
    Object.entries(stacks).flatMap(([stack, ids]) => Object.entries(ids).map(([id, type]) => `${stack} ${type} ${id}`));
  const [before, now] = [rows(known), rows(found)];
  const gone = before.filter((row) => !now.includes(row));
  const added = now.filter((row) => !before.includes(row));
  if (gone.length + added.length > 0)
    throw new Error(
      [
        'The logical ids of stateful resources are not those of test/lib/stateful-resources.json.',
        ...gone.map((row) => `  - ${row}`),
        ...added.map((row) => `  + ${row}`),
        ...(gone.length > 0
          ? [
              'Whoever has deployed this would lose what is marked "-", or leave it behind: CloudFormation makes the',
              '"+" anew and empty. Give the constructs their old ids back; to move data on purpose, say so in the changelog.',
            ]
          : ['Nothing is lost: "+" is new.']),
        'If this is what you want: UPDATE_STATEFUL=1 npx jest test/lib/logical-ids',
      ].join('\n'),
    );
});
