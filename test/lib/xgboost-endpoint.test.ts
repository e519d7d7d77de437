import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { App, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { AwsSolutionsChecks } from 'cdk-nag';
import { modelArchive } from '../../lib/model-archive';
import { XgboostEndpoint, type XgboostEndpointProps } from '../../lib/xgboost-endpoint';

const MODEL = join(__dirname, '../../examples/credit-risk/model/model.json');
const folder = mkdtempSync(join(tmpdir(), 'plumbline-test-'));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function endpointStack(props: Partial<XgboostEndpointProps> = {}, stackProps?: StackProps): Stack {
  const stack = new Stack(new App(), 'Model', stackProps);
  new XgboostEndpoint(stack, 'Endpoint', { modelFile: MODEL, endpointName: 'credit-risk', ...props });
  return stack;
}

const synth = (props?: Partial<XgboostEndpointProps>, stackProps?: StackProps) =>
  Template.fromStack(endpointStack(props, stackProps));

interface Statement {
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

function statements(template: Template): Statement[] {
  return Object.values(template.findResources('AWS::IAM::Policy')).flatMap(
    ({ Properties }) => (Properties as { PolicyDocument: { Statement: Statement[] } }).PolicyDocument.Statement,
  );
}

/** The key of the only asset that a template's model loads. */
function modelKey(template: Template): string {
  const [model] = Object.values(template.findResources('AWS::SageMaker::Model'));
  return /[0-9a-f]{64}\.gz$/.exec(model!.Properties.PrimaryContainer.ModelDataUrl['Fn::Sub'] as string)![0];
}

const only = (template: Template, type: string) => Object.keys(template.findResources(type));

describe('the archive', () => {
  const model = readFileSync(MODEL);

  test('is the same on every run', () => {
    expect(modelArchive('xgboost-model', model)).toEqual(modelArchive('xgboost-model', Buffer.from(model)));
  });

  test('carries no time, no name and no operating system in its header', () => {
    expect([...modelArchive('xgboost-model', model).content.subarray(0, 10)]).toEqual([
      31, 139, 8, 0, 0, 0, 0, 0, 2, 255,
    ]);
  });

  // The second and third end on and just before the end of a block.
  test.each([
    ['the model', model],
    ['a whole block', Buffer.alloc(512, 'a')],
    ['a byte less', Buffer.alloc(511, 'a')],
    ['nothing', Buffer.alloc(0)],
  ])('holds %s alone, as tar reads it', (_, content) => {
    const path = join(folder, 'model.tar.gz');
    writeFileSync(path, modelArchive('xgboost-model', content).content);
    const options = { env: { ...process.env, TZ: 'UTC', LC_ALL: 'C' }, maxBuffer: 2 ** 26 };
    const list = execFileSync('tar', ['-tvzf', path, '--numeric-owner'], options).toString().trim();
    expect(list.split('\n')).toHaveLength(1);
    expect(list).toMatch(new RegExp(`^-rw-r--r-- +0[/ ] *0 +${content.length} .*1970.* xgboost-model$`));
    expect(execFileSync('tar', ['-xzOf', path, 'xgboost-model'], options).equals(content)).toBe(true);
  });

  test('is known by what is inside, however it was compressed', () => {
    const { content, hash } = modelArchive('xgboost-model', model);
    expect(hash).toBe(createHash('sha256').update(gunzipSync(content)).digest('hex'));
  });
});

test('makes a serverless endpoint of the given name from the model', () => {
  const template = synth();
  const [model] = only(template, 'AWS::SageMaker::Model');
  const [config] = only(template, 'AWS::SageMaker::EndpointConfig');
  template.hasResourceProperties('AWS::SageMaker::EndpointConfig', {
    EndpointConfigName: Match.absent(),
    KmsKeyId: Match.absent(),
    ProductionVariants: [
      {
        VariantName: 'AllTraffic',
        ModelName: { 'Fn::GetAtt': [model, 'ModelName'] },
        ServerlessConfig: { MemorySizeInMB: 2048, MaxConcurrency: 10, ProvisionedConcurrency: Match.absent() },
      },
    ],
  });
  template.hasResourceProperties('AWS::SageMaker::Endpoint', {
    EndpointName: 'credit-risk',
    EndpointConfigName: { 'Fn::GetAtt': [config, 'EndpointConfigName'] },
  });
});

test('runs in any region: the image is looked up when the stack is deployed', () => {
  const template = synth();
  const mappings = template.findMappings('*');
  const [name] = Object.keys(mappings);
  expect(mappings[name!]!['us-east-1']).toEqual({ id: '683313688378' });
  const account = { 'Fn::FindInMap': [name, { Ref: 'AWS::Region' }, 'id'] };
  template.hasResourceProperties('AWS::SageMaker::Model', {
    ModelName: Match.absent(),
    PrimaryContainer: {
      Image: {
        'Fn::Join': [
          '',
          [account, '.dkr.ecr.', { Ref: 'AWS::Region' }, '.', { Ref: 'AWS::URLSuffix' }, '/sagemaker-xgboost:1.7-1'],
        ],
      },
    },
  });
});

test('names the image outright where the region is known', () => {
  const template = synth({}, { env: { region: 'eu-central-1', account: '111111111111' } });
  expect(template.findMappings('*')).toEqual({});
  template.hasResourceProperties('AWS::SageMaker::Model', {
    PrimaryContainer: {
      Image: {
        'Fn::Join': ['', ['492215442770.dkr.ecr.eu-central-1.', { Ref: 'AWS::URLSuffix' }, '/sagemaker-xgboost:1.7-1']],
      },
    },
  });
});

test('keeps a share of the endpoint warm, and encrypts it, where that is asked for', () => {
  const stack = new Stack(new App(), 'Model');
  new XgboostEndpoint(stack, 'Endpoint', {
    modelFile: MODEL,
    endpointName: 'credit-risk',
    memorySize: 6144,
    maxConcurrency: 200,
    provisionedConcurrency: 5,
    encryptionKey: new Key(stack, 'Key'),
  });
  const template = Template.fromStack(stack);
  const key = { 'Fn::GetAtt': [only(template, 'AWS::KMS::Key')[0], 'Arn'] };
  template.hasResourceProperties('AWS::SageMaker::EndpointConfig', {
    KmsKeyId: key,
    ProductionVariants: [
      { ServerlessConfig: { MemorySizeInMB: 6144, MaxConcurrency: 200, ProvisionedConcurrency: 5 } },
    ],
  });
  expect(statements(template)).toContainEqual(
    expect.objectContaining({ Action: ['kms:CreateGrant', 'kms:DescribeKey'], Resource: key }),
  );
});

test('another model makes another archive and another role; settings alone make neither', () => {
  const retrained = JSON.parse(readFileSync(MODEL, 'utf8'));
  retrained.learner.learner_model_param.base_score = '2E-1';
  const before = synth();
  const after = synth({ modelFile: file('retrained.json', JSON.stringify(retrained)) });
  expect(modelKey(after)).not.toBe(modelKey(before));
  expect(only(after, 'AWS::IAM::Role')).not.toEqual(only(before, 'AWS::IAM::Role'));

  const larger = synth({ memorySize: 4096 });
  expect(modelKey(larger)).toBe(modelKey(before));
  expect(only(larger, 'AWS::IAM::Role')).toEqual(only(before, 'AWS::IAM::Role'));
});

test('uploads the archive that the model loads', () => {
  const stack = endpointStack();
  const assembly = (stack.node.root as App).synth();
  const key = modelKey(Template.fromStack(stack));
  const staged = readFileSync(join(assembly.directory, `asset.${key.replace('.gz', '.tar.gz')}`));
  expect(staged.equals(modelArchive('xgboost-model', readFileSync(MODEL)).content)).toBe(true);
});

test('gives SageMaker the one object, the one image and the one log, and nothing else', () => {
  const template = synth();
  const all = statements(template);
  expect(all.flatMap(({ Action }) => Action).sort()).toEqual([
    'cloudwatch:PutMetricData',
    'ecr:BatchCheckLayerAvailability',
    'ecr:BatchGetImage',
    'ecr:GetAuthorizationToken',
    'ecr:GetDownloadUrlForLayer',
    'logs:CreateLogGroup',
    'logs:CreateLogStream',
    'logs:DescribeLogStreams',
    'logs:PutLogEvents',
    's3:GetObject',
  ]);
  const wildcards = all.filter(({ Resource }) => JSON.stringify(Resource).includes('*'));
  expect(wildcards).toEqual([
    { Effect: 'Allow', Action: 'ecr:GetAuthorizationToken', Resource: '*' },
    {
      Effect: 'Allow',
      Action: 'cloudwatch:PutMetricData',
      Resource: '*',
      Condition: { StringEquals: { 'cloudwatch:namespace': '/aws/sagemaker/Endpoints' } },
    },
  ]);
  const object = all.find(({ Action }) => Action === 's3:GetObject')!;
  expect(JSON.stringify(object.Resource)).toContain(`/${modelKey(template)}"`);
  const [log] = only(template, 'AWS::Logs::LogGroup');
  expect(all.find(({ Action }) => Action.includes('logs:PutLogEvents'))!.Resource).toEqual({
    'Fn::GetAtt': [log, 'Arn'],
  });
  template.hasResourceProperties('AWS::Logs::LogGroup', {
    LogGroupName: '/aws/sagemaker/Endpoints/credit-risk',
    RetentionInDays: 90,
  });
});

test('makes the model once its role may read it, and the endpoint once its log is there', () => {
  const template = synth();
  template.hasResource('AWS::SageMaker::Model', {
    DependsOn: Match.arrayWith(only(template, 'AWS::IAM::Policy')),
  });
  template.hasResource('AWS::SageMaker::Endpoint', {
    DependsOn: Match.arrayWith(only(template, 'AWS::Logs::LogGroup')),
  });
});

test('has no unexplained finding of cdk-nag', () => {
  const stack = endpointStack();
  const app = stack.node.root as App;
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  expect(() => app.synth()).not.toThrow();
});

test('fails with all that is wrong', () => {
  const fail = () =>
    endpointStack(
      {
        modelFile: join(folder, 'absent.json'),
        endpointName: '-credit_risk',
        memorySize: 1500,
        maxConcurrency: 0,
        provisionedConcurrency: 3,
      },
      { env: { region: 'mx-central-1' } },
    );
  expect(fail).toThrow(/^Model\/Endpoint:\n/);
  for (const text of [
    /modelFile cannot be read: ENOENT.*absent\.json/,
    /endpointName is "-credit_risk"/,
    /memorySize is 1500/,
    /maxConcurrency is 0/,
    /provisionedConcurrency is 3\. Use a whole number, 1 to maxConcurrency \(0\)/,
    /region is mx-central-1/,
  ])
    expect(fail).toThrow(text);
});

test.each([
  [{ memorySize: 7168 }, /memorySize is 7168/],
  [{ memorySize: 512 }, /memorySize is 512/],
  [{ maxConcurrency: 201 }, /maxConcurrency is 201/],
  [{ maxConcurrency: 1.5 }, /maxConcurrency is 1\.5/],
  [{ provisionedConcurrency: 11 }, /provisionedConcurrency is 11.*maxConcurrency \(10\)/],
  [{ provisionedConcurrency: 0 }, /provisionedConcurrency is 0/],
  [{ endpointName: '' }, /endpointName is ""/],
  [{ endpointName: 'a'.repeat(64) }, /endpointName is "a+"/],
])('fails on %j', (props, text) => {
  expect(() => endpointStack(props)).toThrow(text);
});

test.each([
  ['not JSON', 'binf', /modelFile cannot be read/],
  ['JSON of something else', '{"trees":[]}', /is not in XGBoost's JSON format/],
  ['a model of a later XGBoost', '{"learner":{},"version":[2,1,0]}', /was saved by XGBoost 2\.1\.0.*with XGBoost 1\.7/],
])('fails on a model file that is %s', (_, content, text) => {
  expect(() => endpointStack({ modelFile: file('wrong.json', content) })).toThrow(text);
});
