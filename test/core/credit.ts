import example from '../../examples/credit-risk/pipeline';
import { expectedCost } from '../../core/pipeline/define';
import { resolveFeatures, type FeatureValues } from '../../core/features/features';
import { compilePipeline, type Pipeline } from '../../core/pipeline/compile';
import type { PipelineDefinition, SageMakerModel } from '../../core/pipeline/definition';
import { makeArtifact } from '../../core/pipeline/make-artifact';
import { applications, modelFile } from '../examples/german-credit';

export { applications };

const { evidence: _evidence, ...decide } = example.decide;
const { sample: _sample, ...review } = example.review;

/** The example with one policy, two rules and no sample: enough for most of what tests ask. */
export const creditRisk: PipelineDefinition<SageMakerModel> = {
  ...example,
  decide: {
    ...decide,
    rules: [
      { id: 'under-age', when: 'input.age < 18', outcome: 'decline', reason: 'UNDER_AGE' },
      { id: 'large-loan', when: 'input.credit_amount > 15000', route: 'review', reason: 'LARGE_LOAN' },
    ],
    policy: expectedCost(),
  },
  review,
};

/** What the model says of each application. */
export const scores = modelFile<number[]>('vectors.json');

/**
 * The example, compiled, with some of its parts exchanged. Nothing is protected: its protected fields are the only ones
 * that a request may leave out, and tests ask what becomes of expressions that name them.
 */
export const creditWith = (over: Partial<PipelineDefinition> = {}): Pipeline =>
  compilePipeline(makeArtifact({ ...creditRisk, protected: [], ...over }));

export const credit = creditWith();

const { calibration: _, ...model } = creditRisk.model;
/** The same model taken at its word, so that a test's score is the probability of a bad loan. */
export const uncalibrated = model;

export const START = Date.parse('2026-11-23T09:00:00.000Z');
const HOUR = 3_600_000;

/** The item that the feature table holds of an application, written so many hours ago. */
export const accountItem = (row: number, hoursOld = 1): Readonly<Record<string, unknown>> => ({
  ...applications[row]!.account,
  updatedAt: new Date(START - hoursOld * HOUR).toISOString(),
});

/** An application's features, all there. */
export const featuresOf = (pipeline: Pipeline, row: number): FeatureValues =>
  resolveFeatures(pipeline, applications[row]!.input, { accounts: { item: accountItem(row) } }, START);
