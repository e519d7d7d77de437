import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { dynamoDriftStore } from '../../adapters/dynamo-drift-store';
import { learnedOf } from '../../core/drift/learned';
import { compileObservation } from '../../core/drift/observation';
import { byShard } from '../../core/drift/partial';
import { SHARDS, driftSettings } from '../../core/drift/settings';
import { countMetric } from '../_runtime/embedded-metric';
import { loadPipeline } from '../_runtime/pipeline';
import { readEnv } from '../_runtime/read-env';
import { readChanges } from '../_runtime/stream';
import { systemClock } from '../_runtime/system-clock';
import { OBSERVE_ENV } from './env';
import { shadow } from './shadow';

const env = readEnv(OBSERVE_ENV);
const pipeline = loadPipeline();
const settings = driftSettings(pipeline.definition);
const { name } = pipeline.definition;
const observationOf = compileObservation(pipeline);
const store = dynamoDriftStore(new DynamoDBClient({}), env.stateTable, settings);
const sqs = new SQSClient({});
const compare = shadow({ live: env.endpointName, candidate: env.candidateEndpoint });

/** Stream of decisions → partials of the windows into which they fall, and into which falls what is learned of them. What it throws is delivered again, as a whole. */
export async function handler(event: DynamoDBStreamEvent): Promise<void> {
  const changes = await readChanges(sqs, env.deadLetterQueue, 'observe', event.Records);
  const made = changes.filter(({ inserted }) => inserted).map(({ record }) => record);
  const comparisons = await Promise.all(made.map(compare));
  const observations = [
    ...made.map((record, i) => observationOf(record, comparisons[i])),
    ...changes.flatMap(({ record }) => learnedOf(pipeline, record)),
  ];
  const uncounted = { late: 0, beyond: 0 };
  for (const { window, shard, observations: ofShard } of byShard(observations, settings.windowMs, SHARDS)) {
    const { late, beyond } = await store.add(window, shard, ofShard);
    uncounted.late += late;
    uncounted.beyond += beyond;
  }
  // Last of all: what failed before this is delivered again.
  for (const [Reason, count] of Object.entries(uncounted))
    if (count > 0) countMetric('Uncounted', { Pipeline: name, Reason }, count, systemClock.now());
}
