import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Aws, CfnMapping, RemovalPolicy, Stack, Token, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { CfnEndpoint, CfnEndpointConfig, CfnModel } from 'aws-cdk-lib/aws-sagemaker';
import { DISABLE_ASSET_STAGING_CONTEXT } from 'aws-cdk-lib/cx-api';
import { Construct } from 'constructs';
import { isEndpointName } from '../core/pipeline/endpoint-name';
import { modelArchive } from './model-archive';

export interface XgboostEndpointProps {
  /** Path of a model that XGBoost 1.x saved as JSON. */
  readonly modelFile: string;
  /** Name of the endpoint: the definition's `model.endpoint`. */
  readonly endpointName: string;
  /** In MiB: 1024 to 6144 in steps of 1024; the share of processors grows with it. @default 2048 */
  readonly memorySize?: number;
  /** How many requests run at once, 1 to 200; more are throttled. Quota L-96300102 bounds the sum of a region. @default 10 */
  readonly maxConcurrency?: number;
  /** How many of these are kept warm, so that they answer without a cold start; costs by the hour. @default - none */
  readonly provisionedConcurrency?: number;
  /** Encrypts the endpoint's storage. @default - a key that AWS owns */
  readonly encryptionKey?: IKey;
  /** @default RetentionDays.THREE_MONTHS */
  readonly logRetention?: RetentionDays;
}

/**
 * AWS's own image, and the account that holds it in each region.
 * Source: github.com/aws/sagemaker-python-sdk, src/sagemaker/image_uri_config/xgboost.json, inference, "1.7-1".
 */
const REPOSITORY = 'sagemaker-xgboost';
const TAG = '1.7-1';
const ACCOUNTS: Readonly<Record<string, string>> = {
  'af-south-1': '510948584623',
  'ap-east-1': '651117190479',
  'ap-northeast-1': '354813040037',
  'ap-northeast-2': '366743142698',
  'ap-northeast-3': '867004704886',
  'ap-south-1': '720646828776',
  'ap-south-2': '628508329040',
  'ap-southeast-1': '121021644041',
  'ap-southeast-2': '783357654285',
  'ap-southeast-3': '951798379941',
  'ap-southeast-4': '106583098589',
  'ca-central-1': '341280168497',
  'ca-west-1': '190319476487',
  'cn-north-1': '450853457545',
  'cn-northwest-1': '451049120500',
  'eu-central-1': '492215442770',
  'eu-central-2': '680994064768',
  'eu-north-1': '662702820516',
  'eu-south-1': '978288397137',
  'eu-south-2': '104374241257',
  'eu-west-1': '141502667606',
  'eu-west-2': '764974769150',
  'eu-west-3': '659782779980',
  'il-central-1': '898809789911',
  'me-central-1': '272398656194',
  'me-south-1': '801668240914',
  'sa-east-1': '737474898029',
  'us-east-1': '683313688378',
  'us-east-2': '257758044811',
  'us-gov-east-1': '237065988967',
  'us-gov-west-1': '414596584902',
  'us-iso-east-1': '833128469047',
  'us-isob-east-1': '281123927165',
  'us-isof-east-1': '108575199400',
  'us-isof-south-1': '124985052026',
  'us-west-1': '746614075791',
  'us-west-2': '246618743249',
};

/** The name that the image's own training gives. It averages over all files it finds, so there is only this one. */
const MODEL_NAME = 'xgboost-model';

/** The namespace of an endpoint's memory and processor metrics, which SageMaker publishes with the endpoint's role. */
const METRICS = '/aws/sagemaker/Endpoints';

/** A serverless SageMaker endpoint for a committed XGBoost model. Throws an Error with all that is wrong with its props. */
export class XgboostEndpoint extends Construct {
  readonly endpoint: CfnEndpoint;
  readonly endpointConfig: CfnEndpointConfig;
  readonly model: CfnModel;
  /** What SageMaker may do for the endpoint. Each model has a role of its own. */
  readonly role: Role;

  constructor(scope: Construct, id: string, props: XgboostEndpointProps) {
    super(scope, id);
    const { endpointName, memorySize = 2048, maxConcurrency = 10, provisionedConcurrency, encryptionKey } = props;
    const { region } = Stack.of(this);
    const problems = checkProps({ ...props, memorySize, maxConcurrency }, region);
    if (problems.length) throw new Error(`${this.node.path}:\n  ${problems.join('\n  ')}`);
    const archive = this.uploadModel(props.modelFile);
    const account = new CfnMapping(this, 'Accounts', {
      mapping: Object.fromEntries(Object.entries(ACCOUNTS).map(([name, id]) => [name, { id }])),
      // Stays out of the template of a stack that knows its region.
      lazy: true,
    }).findInMap(region, 'id');
    const logGroup = new LogGroup(this, 'Log', {
      logGroupName: `/aws/sagemaker/Endpoints/${endpointName}`,
      retention: props.logRetention ?? RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = this.makeRole(archive, account, logGroup, encryptionKey);

    // Models and configurations cannot be changed, only replaced: they have no names, so that a new one can stand
    // beside the old until the endpoint, whose name callers know, has moved over.
    this.model = new CfnModel(this, 'Model', {
      executionRoleArn: this.role.roleArn,
      primaryContainer: {
        image: `${account}.dkr.ecr.${region}.${Aws.URL_SUFFIX}/${REPOSITORY}:${TAG}`,
        modelDataUrl: archive.s3ObjectUrl,
      },
    });
    // SageMaker reads the archive when it makes the model, so the role's policy must be there before.
    this.model.node.addDependency(this.role);
    this.endpointConfig = new CfnEndpointConfig(this, 'Config', {
      productionVariants: [
        {
          variantName: 'AllTraffic',
          modelName: this.model.attrModelName,
          initialVariantWeight: 1,
          serverlessConfig: {
            memorySizeInMb: memorySize,
            maxConcurrency,
            ...(provisionedConcurrency === undefined ? {} : { provisionedConcurrency }),
          },
        },
      ],
      ...(encryptionKey ? { kmsKeyId: encryptionKey.keyArn } : {}),
    });
    this.endpoint = new CfnEndpoint(this, 'Endpoint', {
      endpointName,
      endpointConfigName: this.endpointConfig.attrEndpointConfigName,
    });
    // Made first, or SageMaker makes one that keeps everything for ever.
    this.endpoint.node.addDependency(logGroup);
  }

  private uploadModel(modelFile: string): Asset {
    const { content, hash } = modelArchive(MODEL_NAME, readFileSync(modelFile));
    const folder = mkdtempSync(join(tmpdir(), 'plumbline-'));
    const path = join(folder, 'model.tar.gz');
    writeFileSync(path, content);
    const asset = new Asset(this, 'Archive', { path, assetHash: hash });
    // The cloud assembly has its own copy, unless the user wants assets to stay where they are.
    if (!this.node.tryGetContext(DISABLE_ASSET_STAGING_CONTEXT)) rmSync(folder, { recursive: true });
    return asset;
  }

  private makeRole(archive: Asset, account: string, logGroup: LogGroup, encryptionKey?: IKey): Role {
    // A role for each model, not one that changes: while an update runs, and after it is rolled back, the model that
    // is in service must still be readable.
    const role = new Role(this, `Role${archive.assetHash.slice(0, 8)}`, {
      assumedBy: new ServicePrincipal('sagemaker.amazonaws.com'),
    });
    const allow = (actions: string[], resources: string[], conditions = {}) =>
      role.addToPolicy(new PolicyStatement({ actions, resources, conditions }));
    allow(['s3:GetObject'], [archive.bucket.arnForObjects(archive.s3ObjectKey)]);
    allow(
      ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      [Stack.of(this).formatArn({ service: 'ecr', account, resource: 'repository', resourceName: REPOSITORY })],
    );
    allow(['ecr:GetAuthorizationToken'], ['*']);
    allow(
      ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
      [logGroup.logGroupArn],
    );
    allow(['cloudwatch:PutMetricData'], ['*'], { StringEquals: { 'cloudwatch:namespace': METRICS } });
    if (encryptionKey) allow(['kms:CreateGrant', 'kms:DescribeKey'], [encryptionKey.keyArn]);
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: `GetAuthorizationToken and PutMetricData know no resources; metrics are bound to the namespace ${METRICS}.`,
    });
    return role;
  }
}

type Settings = XgboostEndpointProps & Required<Pick<XgboostEndpointProps, 'memorySize' | 'maxConcurrency'>>;

function checkProps(props: Settings, region: string): string[] {
  const { endpointName, memorySize, maxConcurrency, provisionedConcurrency } = props;
  const problems = checkModel(props.modelFile);
  const within = (value: number, most: number) => Number.isInteger(value) && value >= 1 && value <= most;
  if (!Token.isUnresolved(endpointName) && !isEndpointName(endpointName))
    problems.push(
      `endpointName is "${endpointName}". Use up to 63 letters, digits and hyphens, with none at the ends.`,
    );
  if (!within(memorySize / 1024, 6))
    problems.push(`memorySize is ${memorySize}. Use 1024, 2048, 3072, 4096, 5120 or 6144 (MiB).`);
  if (!within(maxConcurrency, 200)) problems.push(`maxConcurrency is ${maxConcurrency}. Use a whole number, 1 to 200.`);
  if (provisionedConcurrency !== undefined && !within(provisionedConcurrency, Math.min(maxConcurrency, 200)))
    problems.push(
      `provisionedConcurrency is ${provisionedConcurrency}. Use a whole number, 1 to maxConcurrency (${maxConcurrency}).`,
    );
  if (!Token.isUnresolved(region) && !(region in ACCOUNTS))
    problems.push(
      `The region is ${region}, which has no image ${REPOSITORY}:${TAG}. Use one of ${Object.keys(ACCOUNTS).join(', ')}.`,
    );
  return problems;
}

function checkModel(modelFile: string): string[] {
  let version: unknown;
  try {
    ({ version } = JSON.parse(readFileSync(modelFile, 'utf8')) as { version?: unknown });
  } catch (error) {
    return [
      `modelFile cannot be read: ${(error as Error).message}. Name a file that Booster.save_model wrote as JSON.`,
    ];
  }
  // The image runs 1.7, which does not promise to read what later versions write.
  if (Array.isArray(version) && version[0] === 1 && version[1] <= 7) return [];
  const found = Array.isArray(version)
    ? `was saved by XGBoost ${version.join('.')}`
    : "is not in XGBoost's JSON format";
  return [`modelFile ${modelFile} ${found}. Save the model as JSON with XGBoost 1.7, which the endpoint runs.`];
}
