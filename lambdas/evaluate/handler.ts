import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { publishBacklog, publishWindow } from '../../adapters/cloudwatch-metrics';
import { dynamoDecisionStore } from '../../adapters/dynamo-decision-store';
import { writeBacklog } from '../../adapters/dynamo-mode';
import { dynamoDriftStore } from '../../adapters/dynamo-drift-store';
import { putEvents } from '../../adapters/events';
import { compileCloseWindows } from '../../core/drift/close-windows';
import type { WindowFindings } from '../../core/drift/evaluate';
import { modelWeights } from '../../core/drift/impact';
import { burnRates } from '../../core/control/burn-rate';
import { durationMs } from '../../core/pipeline/duration';
import { MOST_COUNTED, backlogOf } from '../../core/review/backlog';
import { driftSettings } from '../../core/drift/settings';
import { loadArtifact, loadCandidateArtifact, loadTrees } from '../_runtime/artifact';
import { logInfo } from '../_runtime/log';
import { readEnv } from '../_runtime/read-env';
import { systemClock } from '../_runtime/system-clock';
import { EVALUATE_ENV } from './env';
import { promptSteering } from './prompts';
import { steering } from './steer';

const env = readEnv(EVALUATE_ENV);
const { definition } = loadArtifact();
const { slo } = definition;
const deadlineMs = durationMs(definition.deadline)!;
const candidate = loadCandidateArtifact()?.artifact.version;
const settings = driftSettings(definition);
const dynamo = new DynamoDBClient({});
const store = dynamoDriftStore(dynamo, env.stateTable, settings);
const decisions = dynamoDecisionStore(dynamo, env.decisionsTable);
const cloudWatch = new CloudWatchClient({});
const events = new EventBridgeClient({});
const steer = steering(dynamo, events, env);
const prompts = promptSteering(dynamo, events, env, definition);
const closeWindows = compileCloseWindows(settings, modelWeights(definition, loadTrees()));

/**
 * Every minute: closes the windows that are due and moves the mode by them, then publishes their metrics, announces drift,
 * and counts the backlog. What tells people may fail; it neither holds up what steers nor what else is told.
 */
export async function handler(): Promise<void> {
  const now = systemClock.now();
  const failures: unknown[] = [];
  const tell = (what: Promise<unknown>) => what.catch((error: unknown) => failures.push(error));
  const count = await closeWindows(store, now, async (findings, closed, recent) => {
    const mode = await steer.judge(findings, closed, now);
    await prompts.judge(closed, now);
    const burns = burnRates(slo ?? {}, recent, closed.window + settings.windowMs, deadlineMs);
    if (candidate !== undefined) await store.addComparison(candidate, findings.window, closed.tally.candidate);
    await tell(publishWindow(cloudWatch, definition.name, { findings, closed, mode, burns }, now));
    if (findings.drift > 0) await tell(announceDrift(findings));
  });
  await tell(steer.announce());
  await tell(prompts.announce());
  await tell(countBacklog(now));
  logInfo('windows closed', { count });
  if (failures.length > 0) throw new AggregateError(failures, 'windows are closed, but not all of it could be told');
}

async function announceDrift({ window, rows, drift, worst, impact }: WindowFindings): Promise<void> {
  const detail = {
    eventId: `drift.${window}`,
    drift: { window: new Date(window).toISOString(), rows, drift, worst, impact },
  };
  await putEvents(events, env.eventBus, definition.name, [{ type: 'DriftDetected', detail }]);
}

/** Publishes the reviews that wait, and leaves their number where decisions read it, if the policy heeds it. */
async function countBacklog(now: number): Promise<void> {
  const { backlog, oldestAgeSeconds } = backlogOf(await decisions.pending(MOST_COUNTED), now);
  await publishBacklog(cloudWatch, definition.name, { backlog, oldestAgeSeconds }, now);
  if (definition.review.capacity !== undefined) await writeBacklog(dynamo, env.stateTable, backlog);
}
