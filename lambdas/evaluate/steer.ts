import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { dynamoMode } from '../../adapters/dynamo-mode';
import { announceChanges } from '../../adapters/change-events';
import { judgeWindow, measure } from '../../core/control/mode-rule';
import { probeQuestion } from '../../core/control/probe-question';
import type { Mode } from '../../core/decision/decision';
import { isOutage, validAnswer } from '../../core/decision/model-answer';
import type { ClosedWindow } from '../../core/drift/blocks';
import type { WindowFindings } from '../../core/drift/evaluate';
import { logInfo } from '../_runtime/log';
import { modelMaker } from '../_runtime/model';
import { loadCandidate, loadPipeline } from '../_runtime/pipeline';

/** Nobody waits for the first probe, which may have to wake an endpoint that sleeps; but the evaluation must end. */
const PATIENCE_MS = 5_000;

/** Moves the mode by what a closed window held, and announces what changed. */
export function steering(
  dynamo: DynamoDBClient,
  events: EventBridgeClient,
  env: {
    readonly stateTable: string;
    readonly eventBus: string;
    readonly endpointName: string;
    readonly candidateEndpoint: string;
  },
) {
  const pipeline = loadPipeline();
  const { definition, budget } = pipeline;
  const modes = dynamoMode(dynamo, env.stateTable);
  const candidate = loadCandidate();
  const modelOf = modelMaker();
  // Whatever decides must answer, and as fast as requests need it.
  const arms = [
    { pipeline, endpoint: env.endpointName },
    ...(candidate && candidate.share > 0 ? [{ pipeline: candidate.pipeline, endpoint: env.candidateEndpoint }] : []),
  ].map((arm) => ({
    model: modelOf(arm.pipeline, arm.endpoint),
    question: probeQuestion(arm.pipeline.definition),
    patienceMs: Math.min(budget.modelCall, budget.model - budget.read),
  }));

  async function probe(): Promise<boolean | undefined> {
    const answers = arms.map(async ({ model, question, patienceMs }) => {
      if (question === undefined) return undefined;
      // A language model that makes nothing of usual values without their texts is well all the same.
      const ask = async (ms: number) => !isOutage(validAnswer(await model.predict(question, AbortSignal.timeout(ms))));
      return (await ask(PATIENCE_MS)) && (await ask(patienceMs));
    });
    const known = (await Promise.all(answers)).filter((answered) => answered !== undefined);
    return known.length === 0 ? undefined : known.every(Boolean);
  }

  return {
    /** The mode that then holds. */
    async judge(findings: WindowFindings, { window, tally }: ClosedWindow, now: number): Promise<Mode> {
      for (;;) {
        const seen = await modes.read();
        if (seen.pinned) return seen.mode;
        const measured = {
          ...measure(window, tally, budget.total),
          drift: findings.impact?.weight ?? 0,
          probe: seen.mode === 'fallback' ? await probe() : undefined,
        };
        const { state, change } = judgeWindow(seen, measured, now);
        if (state === seen) return seen.mode;
        // An operator was quicker: their word goes.
        if (!(await modes.write(seen, state, change))) continue;
        if (change) logInfo('mode moved', { from: change.from, to: change.to, reason: change.reason });
        return state.mode;
      }
    },
    announce: () => announceChanges('mode', modes, events, env.eventBus, definition.name),
  };
}
