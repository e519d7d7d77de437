import { type Verdict, decide } from '../../../core/decision/decide';
import { compilePipeline } from '../../../core/pipeline/compile';
import type { PipelineDefinition } from '../../../core/pipeline/definition';
import { makeArtifact } from '../../../core/pipeline/make-artifact';
import type { HistoryRow } from '../../../core/simulation/history';
import type { SimulationReport } from '../../../core/simulation/report';
import { Simulation, type SimulationOptions } from '../../../core/simulation/simulate';
import { modelFile } from '../../examples/german-credit';
import { applications, creditRisk, featuresOf } from '../credit';

/** The model's raw score of every application, by a model that was not fitted on it. */
export const outOfFold = modelFile<{ scores: number[] }>('out-of-fold.json').scores;

export const labels = ['good', 'bad'];

/** The applications as rows of history; they have no times. */
export const history: readonly HistoryRow[] = applications.map(({ input, account, truth }) => {
  const { id: _, ...lookedUp } = account;
  return { input, lookedUp, label: labels.indexOf(truth), at: undefined };
});

export const OPTIONS: SimulationOptions = {
  reviewerAccuracy: 1,
  staff: 2,
  minutesPerReview: 10,
  requestsPerHour: 60,
};

/** The example with another way to decide. */
export const deciding = (
  decide: Partial<PipelineDefinition['decide']>,
  over: Partial<PipelineDefinition> = {},
): PipelineDefinition => ({ ...creditRisk, ...over, decide: { ...creditRisk.decide, ...decide } });

/** Simulates a definition over rows of history; `scores` are those of the rows. */
export function simulate(
  definition: PipelineDefinition,
  {
    rows = history,
    scores = outOfFold,
    ...options
  }: Partial<SimulationOptions> & {
    readonly rows?: readonly HistoryRow[];
    readonly scores?: readonly (number | undefined)[];
  } = {},
): SimulationReport {
  const simulation = new Simulation(makeArtifact(definition), (_, row) => scores[row], { ...OPTIONS, ...options });
  rows.forEach((row, number) => simulation.add(number, row));
  return simulation.report();
}

/** What the pipeline decides of an application when it comes as a request. */
export function verdicts(definition: PipelineDefinition): readonly Verdict[] {
  const pipeline = compilePipeline(makeArtifact(definition));
  return applications.map(({ input }, row) =>
    decide(pipeline, {
      input,
      features: featuresOf(pipeline, row),
      mode: 'normal',
      model: { score: outOfFold[row]! },
    }),
  );
}
