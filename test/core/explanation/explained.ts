import { decide } from '../../../core/decision/decide';
import type { ModelAnswer } from '../../../core/decision/model-answer';
import { makeRecord } from '../../../core/decision/decide-request';
import type { DecisionRecord, LookupRead, Mode } from '../../../core/decision/decision';
import { drawOf } from '../../../core/decision/id';
import { compileExplainer } from '../../../core/explanation/compile-explainer';
import type { Explained } from '../../../core/explanation/explanation';
import { resolveFeatures } from '../../../core/features/features';
import type { Artifact } from '../../../core/pipeline/artifact';
import { compilePipeline } from '../../../core/pipeline/compile';
import type { Decide, PipelineDefinition } from '../../../core/pipeline/definition';
import { makeArtifact } from '../../../core/pipeline/make-artifact';
import { START, accountItem, applications, creditRisk, scores } from '../credit';
import { idOf } from '../review/loans';

export interface Given {
  /** Of the data set: the application, what the bank knows of the applicant, and the model's score. */
  readonly row?: number;
  readonly input?: Readonly<Record<string, unknown>>;
  readonly read?: LookupRead | undefined;
  readonly mode?: Mode;
  readonly model?: ModelAnswer;
  readonly backlog?: number;
  readonly id?: string;
}

/** The plain credit-risk pipeline with some parts exchanged: what it decides, and how it explains that. */
export const deciding = (over: Partial<PipelineDefinition> = {}) => decidingAs({ ...creditRisk, ...over });

export function decidingAs(definition: PipelineDefinition) {
  const artifact = makeArtifact(definition);
  const pipeline = compilePipeline(artifact);
  const explain = compileExplainer(artifact);

  /** The record of a decision that it made. */
  function decided({ row = 0, input = {}, read, mode = 'normal', model, backlog, id = idOf(1) }: Given = {}) {
    const whole = { ...applications[row]!.input, ...input };
    const features = resolveFeatures(pipeline, whole, { accounts: read ?? { item: accountItem(row) } }, START);
    const evidence = {
      input: whole,
      features,
      mode,
      model: model ?? { score: scores[row]! },
      draw: drawOf(id, 'sample'),
      ...(backlog === undefined ? {} : { backlog }),
    };
    return makeRecord(pipeline, {
      id,
      caller: '000000000000:role/app',
      hash: 'hash',
      startedAt: START,
      evidence,
      verdict: decide(pipeline, evidence),
      timings: { totalMs: 40, featuresMs: 5, modelMs: 20 },
    });
  }

  return { artifact, pipeline, explain, decided, why: (given?: Given) => explained(artifact, decided(given)) };
}

/** With other rules, or another policy. */
export const decidingBy = (decide: Partial<Decide>) => deciding({ decide: { ...creditRisk.decide, ...decide } });

export function explained(artifact: Artifact, record: DecisionRecord): Explained {
  const explanation = compileExplainer(artifact)(record);
  if ('unavailable' in explanation) throw new Error(explanation.unavailable);
  return explanation;
}
