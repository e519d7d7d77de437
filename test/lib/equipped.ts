import { Stack } from 'aws-cdk-lib';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { AttributeType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Key } from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { PipelineStack } from '../../lib';
import { testApp } from './templates';
import { withoutActions } from './without-actions';

const env = { account: '123456789012', region: 'eu-central-1' };

/** An app whose pipeline uses what its engineers have already, in an account and region that are known at synth. */
export function equippedApp() {
  const app = testApp();
  const existing = new Stack(app, 'Existing', { env });
  const tableKey = new Key(existing, 'TableKey');
  const topicKey = new Key(existing, 'TopicKey');
  const userPool = new UserPool(existing, 'Users');
  const parts = {
    userPool,
    userPoolClients: [userPool.addClient('Web'), userPool.addClient('Mobile')],
    eventBus: new EventBus(existing, 'Bus'),
    onCallTopic: new Topic(existing, 'Pager', { masterKey: topicKey }),
    encryptionKey: new Key(existing, 'Key'),
    vpc: new Vpc(existing, 'Network', { maxAzs: 2 }),
    featureTables: {
      accounts: new Table(existing, 'Accounts', {
        partitionKey: { name: 'id', type: AttributeType.STRING },
        encryption: TableEncryption.CUSTOMER_MANAGED,
        encryptionKey: tableKey,
      }),
    },
  };
  const stack = new PipelineStack(app, 'Equipped', {
    env,
    definition: withoutActions,
    endpointName: 'Bank-Model',
    logRetention: RetentionDays.ONE_YEAR,
    canary: {},
    ...parts,
  });
  app.synth();
  return { app, existing, stack, tableKey, topicKey, ...parts };
}
