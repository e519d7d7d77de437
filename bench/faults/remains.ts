import { DynamoDBClient, type ScanCommandInput, paginateScan } from '@aws-sdk/client-dynamodb';
import { ExecutionStatus, SFNClient, paginateListExecutions, paginateListStateMachines } from '@aws-sdk/client-sfn';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { type Item, fromItem } from '../../adapters/dynamo-decision-store';
import type { DecisionRecord } from '../../core/decision/decision';
import { decide } from '../../core/decision/decide';
import { drawOf } from '../../core/decision/id';
import { evidenceOf } from '../../core/decision/replay';
import { decodePartial, windowOf } from '../../core/drift/partial';
import { driftSettings } from '../../core/drift/settings';
import { isReproduced } from '../../core/explanation/reproduced';
import { encodeRow } from '../../core/model/encoding';
import { loadXgboost } from '../../core/model/xgboost';
import { compilePipeline } from '../../core/pipeline/compile';
import { makeArtifact } from '../../core/pipeline/make-artifact';
import type { Application } from '../../examples/credit-risk/applications';
import { badDefinition, definition } from './definition';
import type { Heard, Remains } from './ledger';
import type { FaultStack } from './stack';

/** What is learned of a decision later is counted under its id and one of these. */
const LEARNED = /[~^]$/;
/** An execution by this end of its name is a further one of the same review. */
const FURTHER = /-\d+$/;

/** What there is now of the decisions of these applications that were made since then, in epoch milliseconds. */
export async function readRemains(
  stack: FaultStack,
  applications: readonly Application[],
  since: number,
  heard: readonly Heard[],
): Promise<Remains> {
  const client = new DynamoDBClient(stack.aws);
  const own = new Map(applications.map((application) => [application.account.id, application]));
  const all = await readRecords(client, stack.pipeline.decisionsTable, since);
  for (const { id } of all) stack.known.add(id);
  const records = all.filter(({ input }) => own.has(String(input.applicant_id)));
  const ids = new Set(records.map(({ id }) => id));
  // What belongs to no decision at all is judged too.
  const concerns = (id: string) => ids.has(id) || !stack.known.has(id);
  const [accounts, reviews, windows] = await Promise.all([
    readAll(client, { TableName: stack.loans.accounts }),
    countReviews(stack, ids),
    readWindows(client, stack.pipeline.stateTable, since),
  ]);
  return {
    records,
    events: heard.filter(({ decision }) => concerns(decision)),
    accounts: new Map(
      accounts.map(({ id, status }) => [String(id), String(status)] as const).filter(([id]) => concerns(id)),
    ),
    reviews,
    ...windows,
    ...judgedBy(own),
  };
}

async function readAll(client: DynamoDBClient, scan: ScanCommandInput): Promise<Record<string, unknown>[]> {
  return (await scanned(client, scan)).map((item) => unmarshall(item));
}

async function scanned(client: DynamoDBClient, scan: ScanCommandInput): Promise<Item[]> {
  const items: Item[] = [];
  for await (const { Items = [] } of paginateScan({ client }, { ...scan, ConsistentRead: true })) items.push(...Items);
  return items;
}

const readRecords = async (client: DynamoDBClient, TableName: string, since: number): Promise<DecisionRecord[]> =>
  (
    await scanned(client, {
      TableName,
      FilterExpression: '#at >= :since',
      ExpressionAttributeNames: { '#at': 'at' },
      ExpressionAttributeValues: { ':since': { S: new Date(since).toISOString() } },
    })
  ).map(fromItem);

/** Executions of the review's workflow that run or have succeeded, by decision. */
async function countReviews({ aws, pipeline }: FaultStack, ids: ReadonlySet<string>): Promise<Map<string, number>> {
  const client = new SFNClient(aws);
  const counts = new Map<string, number>();
  let found = false;
  for await (const { stateMachines = [] } of paginateListStateMachines({ client }, {}))
    for (const { name, stateMachineArn } of stateMachines) {
      if (!name?.startsWith(pipeline.stackName) || !name.includes('Review')) continue;
      found = true;
      for await (const { executions = [] } of paginateListExecutions({ client }, { stateMachineArn }))
        for (const { name: execution = '', status } of executions) {
          const id = execution.replace(FURTHER, '');
          if (!ids.has(id) || (status !== ExecutionStatus.RUNNING && status !== ExecutionStatus.SUCCEEDED)) continue;
          counts.set(id, (counts.get(id) ?? 0) + 1);
        }
    }
  if (!found) throw new Error('The pipeline has no workflow for reviews: none could be counted.');
  return counts;
}

/** Whom the windows count, over all shards, and how far their sums are from that. */
async function readWindows(
  client: DynamoDBClient,
  TableName: string,
  since: number,
): Promise<Pick<Remains, 'counted' | 'miscounted'>> {
  const first = windowOf(since, driftSettings(definition).windowMs);
  const counted = new Map<string, number>();
  let miscounted = 0;
  for (const { pk, partial } of await readAll(client, {
    TableName,
    FilterExpression: 'begins_with(pk, :drift) AND attribute_exists(#partial)',
    ExpressionAttributeNames: { '#partial': 'partial' },
    ExpressionAttributeValues: { ':drift': { S: 'drift#' } },
  })) {
    const [, , window] = String(pk).split('#');
    if (Number(window) < first) continue;
    const { ids, tally } = decodePartial(String(partial));
    const made = [...ids].filter((id) => !LEARNED.test(id));
    for (const id of made) counted.set(id, (counted.get(id) ?? 0) + 1);
    miscounted += tally.rows - made.length;
  }
  return { counted, miscounted };
}

const artifact = makeArtifact(definition);
const pipeline = compilePipeline(artifact);
const deployed = new Map(
  [pipeline, compilePipeline(makeArtifact(badDefinition))].map((one) => [one.version, one] as const),
);
const { predict } = loadXgboost(artifact.trees);

/** The same core, the same trees and what was seeded, here. What no definition of ours has decided is not reproduced. */
const judgedBy = (
  applications: ReadonlyMap<unknown, Application>,
): Pick<Remains, 'reproduces' | 'scoreOf' | 'hasItsFeatures'> => ({
  reproduces(record) {
    const by = deployed.get(record.version);
    if (!by) return false;
    return isReproduced(record, decide(by, { ...evidenceOf(by, record), draw: drawOf(record.id, 'sample') }));
  },
  hasItsFeatures({ input, features, gaps }) {
    const account = applications.get(input.applicant_id)?.account ?? {};
    return pipeline.lookups
      .filter(({ name }) => gaps[name] === undefined)
      .every(({ fieldNames }) => fieldNames.every((field) => features[field] === account[field]));
  },
  scoreOf: ({ input, features }) => predict(encodeRow(pipeline.columns, { input, features })),
});
