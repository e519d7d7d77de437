import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { readAlarms } from '../../adapters/cloudwatch-alarms';
import { dynamoDriftStore } from '../../adapters/dynamo-drift-store';
import { dynamoPrompts } from '../../adapters/dynamo-prompts';
import { dynamoMode } from '../../adapters/dynamo-mode';
import { presentPrompts, promptsUnder } from '../../core/llm/prompt-state';
import { driftSettings } from '../../core/drift/settings';
import { addCounts } from '../../core/drift/tally';
import { loadArtifact, loadCandidateArtifact } from '../_runtime/artifact';

const RECENT_MS = 5 * 60_000;

/** What GET /status says: mode, version, alarms, and how a candidate beside the live definition has compared so far. */
export function statusReader(
  dynamo: DynamoDBClient,
  env: { readonly stateTable: string; readonly alarmNames: string },
): () => Promise<unknown> {
  const cloudWatch = new CloudWatchClient({});
  const alarmNames = JSON.parse(env.alarmNames) as string[];
  const { definition, version } = loadArtifact();
  const candidate = loadCandidateArtifact();
  const modes = dynamoMode(dynamo, env.stateTable);
  const prompts = dynamoPrompts(dynamo, env.stateTable);
  const settings = driftSettings(definition);
  const drift = dynamoDriftStore(dynamo, env.stateTable, settings);

  async function compared() {
    if (!candidate) return {};
    const { share, artifact } = candidate;
    const { priced, cost, ...counts } = await drift.comparison(artifact.version);
    const costPerDecision = priced === 0 ? null : cost / priced;
    return {
      candidate: { version: artifact.version, share, compared: counts.compared, flips: counts.flips, costPerDecision },
    };
  }

  /** What decisions had to do without of late: by reason code, the share of those in the last closed windows. */
  async function fallbacks() {
    const { windowMs } = settings;
    const cursor = await drift.cursor();
    const count = Math.max(1, Math.ceil(RECENT_MS / windowMs));
    const windows = cursor === undefined ? [] : Array.from({ length: count }, (_, i) => cursor - i * windowMs);
    const { rows, reasons } = (await drift.closed(windows)).reduce(
      (sum, { tally }) => ({ rows: sum.rows + tally.rows, reasons: addCounts(sum.reasons, tally.reasons) }),
      { rows: 0, reasons: new Map<string, number>() as ReadonlyMap<string, number> },
    );
    return {
      since: cursor === undefined ? null : new Date(windows.at(-1)!).toISOString(),
      decisions: rows,
      shares: Object.fromEntries([...reasons].map(([code, n]) => [code, n / rows])),
    };
  }

  async function promptsInUse() {
    if (definition.model.kind !== 'llm') return {};
    return { prompts: presentPrompts(promptsUnder(await prompts.read(), definition.model.prompts)) };
  }

  return async () => {
    const [state, alarms, candidates, degraded, asked] = await Promise.all([
      modes.read(),
      readAlarms(cloudWatch, alarmNames),
      compared(),
      fallbacks(),
      promptsInUse(),
    ]);
    const { mode, pinned, since, reason } = state;
    return { mode, pinned, since, reason, version, ...candidates, ...asked, fallbacks: degraded, alarms };
  };
}
