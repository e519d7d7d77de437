import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { SNSEvent } from 'aws-lambda';
import { dynamoDriftStore } from '../../adapters/dynamo-drift-store';
import { type AlarmNotice, alarmMessage } from '../../core/drift/alarm-message';
import { driftSettings } from '../../core/drift/settings';
import { loadArtifact } from '../_runtime/artifact';
import { readEnv } from '../_runtime/read-env';
import { NOTIFY_ENV } from './env';

const env = readEnv(NOTIFY_ENV);
const { definition } = loadArtifact();
const store = dynamoDriftStore(new DynamoDBClient({}), env.stateTable, driftSettings(definition));
const sns = new SNSClient({});

/** An alarm changed → the on-call topic, with what was found. */
export async function handler(event: SNSEvent): Promise<void> {
  const drifted = await store.drifted();
  for (const { Sns } of event.Records) {
    const notice = JSON.parse(Sns.Message) as AlarmNotice;
    const message = alarmMessage(definition.name, notice, drifted);
    if (message)
      await sns.send(
        new PublishCommand({ TopicArn: env.onCallTopic, Subject: message.subject, Message: message.body }),
      );
  }
}
