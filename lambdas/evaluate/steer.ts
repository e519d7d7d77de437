import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { dynamoMode } from '../../adapters/dynamo-mode';
import { announceModes } from '../../adapters/mode-events';
import { sagemakerModel } from '../../adapters/sagemaker-model';
import { judgeWindow, measure } from '../../core/control/mode-rule';
import { probeRow } from '../../core/control/probe-row';
import { validAnswer } from '../../core/decision/model-answer';
import type { ClosedWindow, WindowFindings } from '../../core/drift/evaluate';
import { driftImpact, featureWeights } from '../../core/drift/impact';
import { loadTrees } from '../_runtime/artifact';
import { requestSageMaker } from '../_runtime/clients';
import { logInfo } from '../_runtime/log';
import { loadPipeline } from '../_runtime/pipeline';

/** Nobody waits for the probe, but the evaluation must end. */
const PATIENCE_MS = 5_000;

/** Moves the mode by what a closed window held, and announces what changed. */
export function steering(
  dynamo: DynamoDBClient,
  events: EventBridgeClient,
  env: { readonly stateTable: string; readonly eventBus: string; readonly endpointName: string },
) {
  const pipeline = loadPipeline();
  const { definition, budget } = pipeline;
  const modes = dynamoMode(dynamo, env.stateTable);
  const model = sagemakerModel(requestSageMaker(), env.endpointName);
  const weights = featureWeights(definition.model.columns, loadTrees());
  const row = probeRow(pipeline);

  async function probe(): Promise<boolean | undefined> {
    if (row === undefined) return undefined;
    return 'score' in validAnswer(await model.predict(row, AbortSignal.timeout(PATIENCE_MS)));
  }

  return {
    async judge(findings: WindowFindings, { window, tally }: ClosedWindow, now: number): Promise<void> {
      for (;;) {
        const seen = await modes.read();
        if (seen.pinned) return;
        const measured = {
          ...measure(window, tally, budget.total),
          drift: driftImpact(findings, weights),
          probe: seen.mode === 'fallback' ? await probe() : undefined,
        };
        const { state, change } = judgeWindow(seen, measured, now);
        if (state === seen) return;
        // An operator was quicker: their word goes.
        if (!(await modes.write(seen, state, change))) continue;
        if (change) logInfo('mode moved', { from: change.from, to: change.to, reason: change.reason });
        return;
      }
    },
    announce: () => announceModes(modes, events, env.eventBus, definition.name),
  };
}
