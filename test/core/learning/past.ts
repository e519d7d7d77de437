import { Population, decidedBy } from '../../../core/learning/population';
import { type Refit, Refitting } from '../../../core/learning/refit';
import type { DecisionRecord } from '../../../core/decision/decision';
import { compilePipeline } from '../../../core/pipeline/compile';
import type { PipelineDefinition } from '../../../core/pipeline/definition';
import { modelFile } from '../../examples/german-credit';
import { creditRisk } from '../credit';

/** Of each application, by a model that was not trained on it. */
export const { scores } = modelFile<{ scores: number[] }>('out-of-fold.json');

/** The model of the definition would score the applications that it was trained on otherwise. */
const { trees: _, ...model } = creditRisk.model;
export const foldedModel = model;

/** The example with a share of what is automated given to reviewers, and some of its parts exchanged. */
export const sampling = (sample: number, over: Partial<PipelineDefinition> = {}): PipelineDefinition => ({
  ...creditRisk,
  model,
  ...over,
  review: { ...creditRisk.review, sample },
});

export function populationOf(definition: PipelineDefinition, records: readonly DecisionRecord[]): Population {
  const population = new Population(compilePipeline({ version: '', definition }));
  for (const record of records) {
    const { modelScore, confidence } = record;
    const decided = decidedBy(record);
    if (decided !== undefined && modelScore !== null && confidence !== null)
      population.add({ ...record, modelScore, confidence }, decided);
  }
  return population;
}

export function refitOf(definition: PipelineDefinition, records: readonly DecisionRecord[]) {
  const refitting = new Refitting(definition);
  for (const record of records) refitting.add(record);
  return refitting.result();
}

/** What is learned, where it is not refused. */
export function learned(definition: PipelineDefinition, records: readonly DecisionRecord[]): Refit {
  const result = refitOf(definition, records);
  if ('refused' in result) throw new Error(result.refused);
  return result;
}
