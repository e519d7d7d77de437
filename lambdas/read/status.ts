import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { readAlarms } from '../../adapters/cloudwatch-alarms';
import { dynamoDriftStore } from '../../adapters/dynamo-drift-store';
import { readModeState } from '../../adapters/dynamo-mode';
import { driftSettings } from '../../core/drift/settings';
import { loadArtifact, loadCandidateArtifact } from '../_runtime/artifact';

/** What GET /status says: mode, version, alarms, and how a candidate beside the live definition has compared so far. */
export function statusReader(
  dynamo: DynamoDBClient,
  env: { readonly stateTable: string; readonly alarmNames: string },
): () => Promise<unknown> {
  const cloudWatch = new CloudWatchClient({});
  const alarmNames = JSON.parse(env.alarmNames) as string[];
  const { definition, version } = loadArtifact();
  const candidate = loadCandidateArtifact();
  const drift = dynamoDriftStore(dynamo, env.stateTable, driftSettings(definition).baseline);

  async function compared() {
    if (!candidate) return {};
    const { share, artifact } = candidate;
    const { priced, cost, ...counts } = await drift.comparison(artifact.version);
    const costPerDecision = priced === 0 ? null : cost / priced;
    return {
      candidate: { version: artifact.version, share, compared: counts.compared, flips: counts.flips, costPerDecision },
    };
  }

  return async () => {
    const [mode, alarms, candidates] = await Promise.all([
      readModeState(dynamo, env.stateTable),
      readAlarms(cloudWatch, alarmNames),
      compared(),
    ]);
    return { ...mode, version, ...candidates, alarms };
  };
}
