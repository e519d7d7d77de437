import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { publishWindow } from '../../adapters/cloudwatch-metrics';
import { dynamoDriftStore } from '../../adapters/dynamo-drift-store';
import { putEvents } from '../../adapters/events';
import { closeWindows } from '../../core/drift/close-windows';
import { driftSettings } from '../../core/drift/settings';
import { loadArtifact } from '../_runtime/artifact';
import { logInfo } from '../_runtime/log';
import { readEnv } from '../_runtime/read-env';
import { systemClock } from '../_runtime/system-clock';
import { EVALUATE_ENV } from './env';

const env = readEnv(EVALUATE_ENV);
const { definition } = loadArtifact();
const settings = driftSettings(definition);
const store = dynamoDriftStore(new DynamoDBClient({}), env.stateTable, settings.baseline);
const cloudWatch = new CloudWatchClient({});
const events = new EventBridgeClient({});

/** Every minute: closes the windows that are due, publishes their metrics, and announces drift. */
export async function handler(): Promise<void> {
  const now = systemClock.now();
  const count = await closeWindows(settings, store, now, async (findings, closed) => {
    await publishWindow(cloudWatch, definition.name, findings, closed, now);
    if (findings.drift === 0) return;
    const { window, rows, drift, worst } = findings;
    const detail = {
      eventId: `drift.${window}`,
      drift: { window: new Date(window).toISOString(), rows, drift, worst },
    };
    await putEvents(events, env.eventBus, definition.name, [{ type: 'DriftDetected', detail }]);
  });
  logInfo('windows closed', { count });
}
