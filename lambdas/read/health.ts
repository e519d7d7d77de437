import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoDriftStore } from '../../adapters/dynamo-drift-store';
import { lookBack } from '../../core/drift/blocks';
import { compileEvaluation } from '../../core/drift/evaluate';
import { type Health, healthOf } from '../../core/drift/health';
import { modelWeights } from '../../core/drift/impact';
import { driftSettings } from '../../core/drift/settings';
import { loadArtifact, loadTrees } from '../_runtime/artifact';

/** What GET /health says: the newest window, judged again as the evaluation has judged it, and those before it. */
export function healthReader(dynamo: DynamoDBClient, stateTable: string): () => Promise<Health> {
  const { definition } = loadArtifact();
  const { baseline, windowMs, rule } = driftSettings(definition);
  const evaluate = compileEvaluation(baseline, rule, modelWeights(definition, loadTrees()));
  return async () => {
    // What is read once is kept, and this function may live for days: a store of its own for each call.
    const store = dynamoDriftStore(dynamo, stateTable, { baseline, windowMs });
    const cursor = await store.cursor();
    if (cursor === undefined) return healthOf(baseline, windowMs, { blocks: [], windows: 0 }, undefined);
    const back = lookBack(cursor, windowMs, baseline.season !== undefined);
    const [windows, hours, days, ongoing] = await Promise.all([
      store.closed(back.windows),
      store.rolledUp('hour', back.hours),
      store.rolledUp('day', back.days),
      store.ongoing(cursor),
    ]);
    const blocks = [...windows, ...hours, ...days];
    const [newest, ...others] = blocks;
    const findings = newest && evaluate([newest, ...others], ongoing);
    return healthOf(baseline, windowMs, { blocks, windows: windows.length }, findings);
  };
}
