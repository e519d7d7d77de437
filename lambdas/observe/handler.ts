import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { dynamoDriftStore } from '../../adapters/dynamo-drift-store';
import { learnedOf } from '../../core/drift/learned';
import { compileObservation } from '../../core/drift/observation';
import { shardOf, windowOf } from '../../core/drift/partial';
import { SHARDS, driftSettings } from '../../core/drift/settings';
import type { Observation } from '../../core/drift/tally';
import { logInfo } from '../_runtime/log';
import { loadPipeline } from '../_runtime/pipeline';
import { readEnv } from '../_runtime/read-env';
import { readChanges } from '../_runtime/stream';
import { OBSERVE_ENV } from './env';
import { shadow } from './shadow';

const env = readEnv(OBSERVE_ENV);
const pipeline = loadPipeline();
const { baseline, windowMs } = driftSettings(pipeline.definition);
const observationOf = compileObservation(pipeline);
const store = dynamoDriftStore(new DynamoDBClient({}), env.stateTable, baseline);
const sqs = new SQSClient({});
const compare = shadow({ live: env.endpointName, candidate: env.candidateEndpoint });

/** Stream of decisions → partials of the windows into which they fall, and into which falls what is learned of them. What it throws is delivered again, as a whole. */
export async function handler(event: DynamoDBStreamEvent): Promise<void> {
  const changes = await readChanges(sqs, env.deadLetterQueue, 'observe', event.Records);
  const groups = new Map<string, { window: number; shard: number; observations: Observation[] }>();
  const made = changes.filter(({ inserted }) => inserted).map(({ record }) => record);
  const comparisons = await Promise.all(made.map(compare));
  const observations = [
    ...made.map((record, i) => observationOf(record, comparisons[i])),
    ...changes.flatMap(({ record }) => learnedOf(pipeline, record)),
  ];
  for (const observation of observations) {
    const window = windowOf(observation.at, windowMs);
    const shard = shardOf(observation.id, SHARDS);
    const group = groups.get(`${window}#${shard}`) ?? { window, shard, observations: [] };
    group.observations.push(observation);
    groups.set(`${window}#${shard}`, group);
  }
  for (const { window, shard, observations } of groups.values()) {
    const { late } = await store.add(window, shard, observations);
    if (late > 0) logInfo('decisions came after their window had closed', { window, late });
  }
}
