/**
 * All that each function may do, by its folder in lambdas/. Whoever adds a right adds it here, where it is reviewed.
 * That each writes its own log is tested below.
 */
export const RIGHTS: Readonly<Record<string, readonly string[]>> = {
  batches: [
    'dynamodb:GetItem on Store/State',
    'dynamodb:PutItem on Store/State',
    'dynamodb:UpdateItem on Store/State',
    's3:GetObject on Batch/Bucket/in/*',
    's3:ListBucket on Batch/Bucket',
    'sqs:SendMessage on Batch/Jobs',
  ],
  chunks: [
    'dynamodb:BatchGetItem on Store/Decisions',
    'dynamodb:BatchGetItem on Store/Featuresaccounts',
    'dynamodb:BatchGetItem on Store/State',
    'dynamodb:GetItem on Store/State',
    'dynamodb:PutItem on Store/Decisions',
    'dynamodb:PutItem on Store/State',
    'dynamodb:UpdateItem on Store/State',
    's3:GetObject on Batch/Bucket/in/*',
    's3:GetObject on Batch/Bucket/work/*',
    's3:ListBucket on Batch/Bucket',
    's3:ListMultipartUploadParts on Batch/Bucket/out/*',
    's3:PutObject on Batch/Bucket/out/*',
    's3:PutObject on Batch/Bucket/work/*',
    'sagemaker:InvokeEndpoint on endpoint/credit-risk',
    'secretsmanager:GetSecretValue on Store/IdSecret',
    'sqs:DeleteMessage on Batch/Jobs',
    'sqs:GetQueueAttributes on Batch/Jobs',
    'sqs:ReceiveMessage on Batch/Jobs',
    'sqs:SendMessage on Batch/Jobs',
  ],
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
    'dynamodb:GetItem on Store/Decisions',
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
    'cloudwatch:DescribeAlarms on Alarms/ApiErrors',
    'cloudwatch:DescribeAlarms on Alarms/DeadLetters',
    'cloudwatch:DescribeAlarms on Alarms/Drift',
    'cloudwatch:DescribeAlarms on Alarms/FunctionErrors-Chunks',
    'cloudwatch:DescribeAlarms on Alarms/FunctionErrors-Dispatch',
    'cloudwatch:DescribeAlarms on Alarms/FunctionErrors-Evaluate',
    'cloudwatch:DescribeAlarms on Alarms/FunctionErrors-Expire',
    'cloudwatch:DescribeAlarms on Alarms/FunctionErrors-Intake',
    'cloudwatch:DescribeAlarms on Alarms/FunctionErrors-Observe',
    'cloudwatch:DescribeAlarms on Alarms/FunctionErrors-Sweep',
    'cloudwatch:DescribeAlarms on Alarms/IntakeAge',
    'cloudwatch:DescribeAlarms on Alarms/IntakeAge-Batch',
    'cloudwatch:DescribeAlarms on Alarms/IntakeDeadLetters',
    'cloudwatch:DescribeAlarms on Alarms/Mode',
    'cloudwatch:DescribeAlarms on Alarms/Rejected',
    'cloudwatch:DescribeAlarms on Alarms/ReviewAge',
    'cloudwatch:DescribeAlarms on Alarms/SloBurn-answered',
    'cloudwatch:DescribeAlarms on Alarms/SloBurn-inDeadline',
    'cloudwatch:DescribeAlarms on Alarms/Throttles',
    'cloudwatch:DescribeAlarms on Alarms/Uncounted-beyond',
    'cloudwatch:DescribeAlarms on Alarms/Uncounted-late',
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

/** AWS calls that only a language model takes. */
const OF_LANGUAGE_MODELS = ['ConverseStream', 'InvokeEndpointWithResponseStream'];

/** AWS calls that a bundle holds, for it holds whole adapters, but that its function never makes. */
export const NEVER_CALLED: Readonly<Record<string, readonly string[]>> = {
  batches: ['BatchGetItem', 'CompleteMultipartUpload', 'CreateMultipartUpload', 'ListParts', 'PutObject', 'UploadPart'],
  chunks: [...OF_LANGUAGE_MODELS, 'Query'],
  decide: [...OF_LANGUAGE_MODELS, 'GetItem', 'Query', 'UpdateItem'].sort(),
  dispatch: ['PutItem', 'Query', 'SendTaskSuccess'],
  evaluate: OF_LANGUAGE_MODELS,
  expire: ['GetItem', 'PutItem', 'Query'],
  infer: [...OF_LANGUAGE_MODELS, 'UpdateItem'],
  intake: [...OF_LANGUAGE_MODELS, 'Query', 'UpdateItem'],
  notify: ['BatchGetItem', 'PutItem', 'UpdateItem'],
  observe: [...OF_LANGUAGE_MODELS, 'BatchGetItem', 'InvokeEndpoint', 'UpdateItem'].sort(),
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
export const WILDCARDS = [
  ...[
    { role: 'Batches', actions: ['s3:GetObject'], folder: 'in' },
    { role: 'Chunks', actions: ['s3:GetObject'], folder: 'in' },
    { role: 'Chunks', actions: ['s3:GetObject', 's3:PutObject'], folder: 'work' },
    { role: 'Chunks', actions: ['s3:PutObject', 's3:ListMultipartUploadParts'], folder: 'out' },
  ].map(({ role, actions, folder }) => ({
    role: `Pipeline/Batch/${role}/Role`,
    actions,
    resource: `Pipeline/Batch/Bucket/${folder}/*`,
    reason: 'Files have names that are not known beforehand.',
  })),
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

/** What is done in transactions only. */
export const IN_TRANSACTIONS: Readonly<Record<string, readonly string[]>> = { mode: ['PutItem'] };
/** Lambda itself reads the stream and the intake queue, with the function's role. */
export const BY_LAMBDA = [
  // No call, but by it S3 answers that a file is not there.
  'ListBucket',
  'DeleteMessage',
  'GetQueueAttributes',
  'ReceiveMessage',
  'DescribeStream',
  'GetRecords',
  'GetShardIterator',
  'ListStreams',
];
/** Calls that go by the right to another. */
export const BY_ANOTHER: Readonly<Record<string, string>> = {
  HeadObject: 'GetObject',
  CreateMultipartUpload: 'PutObject',
  UploadPart: 'PutObject',
  CompleteMultipartUpload: 'PutObject',
  ListParts: 'ListMultipartUploadParts',
  SendMessageBatch: 'SendMessage',
};
/** The SDK's own, for credentials and endpoints; a transaction, which needs the rights of its parts; a word of the tokenizer's. */
export const OF_THE_SDK =
  /^(AssumeRole|AssumeRoleWithWebIdentity|CreateSession|HeadBucket|CreateToken|CreateOAuth2Token\w*|DescribeEndpoints|GetRoleCredentials|TransactWriteItems|Sql)$/;
