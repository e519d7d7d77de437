import { drawOf } from '../decision/id';
import type { Calibration } from '../model/calibration';
import { type ScoredSample, fitIsotonic, fitPlatt } from '../model/fit-calibration';
import { compilePipeline } from '../pipeline/compile';
import type { PipelineDefinition } from '../pipeline/definition';
import { lookedUpFields } from '../pipeline/fields';
import type { PlainPolicy, Policy, ThresholdsPolicy } from '../policy/policy';
import { Certification } from '../simulation/certify';
import { type DecidedRow, decideRow } from '../simulation/decide-row';
import type { HistoryRow } from '../simulation/history';
import { bestBands } from './best-bands';
import type { LabelledDecision } from './population';

/**
 * The definition that the labels ask for: calibration fitted anew by the method that it has (Platt's, if it has none),
 * the bands of thresholds where they cost least, and the evidence of risk control measured again.
 */
export function propose(definition: PipelineDefinition, labelled: readonly LabelledDecision[]): PipelineDefinition {
  const calibration = fitted(definition, labelled);
  const calibrated = { ...definition, model: { ...definition.model, calibration } };
  const { decide } = calibrated;
  const banded = { ...calibrated, decide: { ...decide, policy: withBands(calibrated, labelled) } };
  if (!JSON.stringify(decide.policy).includes('"riskControl"')) return banded;
  return { ...banded, decide: { ...banded.decide, evidence: evidenceOf(banded, labelled) } };
}

function fitted({ model, decide }: PipelineDefinition, labelled: readonly LabelledDecision[]): Calibration {
  const positive = decide.labels.indexOf(model.probabilityOf);
  const samples = labelled.map(({ record, label, weight }): ScoredSample => ({
    score: record.modelScore!,
    positive: label === positive,
    weight,
  }));
  return model.calibration?.method === 'isotonic' ? fitIsotonic(samples) : fitPlatt(samples);
}

/** A recorded request as a row of history. */
export function historyRow(definition: PipelineDefinition, { record, label }: LabelledDecision): HistoryRow {
  const fields = Object.keys(lookedUpFields(definition));
  const lookedUp = Object.fromEntries(Object.entries(record.features).filter(([name]) => fields.includes(name)));
  return { input: record.input, lookedUp, label, at: undefined };
}

/** What a definition makes of labelled decisions, in their order; undefined where a cost has no value. */
export function decideAll(
  definition: PipelineDefinition,
  labelled: readonly LabelledDecision[],
): readonly (DecidedRow | undefined)[] {
  const pipeline = compilePipeline({ version: '', definition });
  return labelled.map((one, i) => decideRow(pipeline, historyRow(definition, one), i, () => one.record.modelScore!, 0));
}

/** Every band of the policy put where it costs least, over the decisions that the policy is asked about. */
function withBands(definition: PipelineDefinition, labelled: readonly LabelledDecision[]): Policy {
  const { policy, outcomes } = definition.decide;
  if (!JSON.stringify(policy).includes('"thresholds"') || outcomes.length !== 2) return policy;
  const pipeline = compilePipeline({ version: '', definition });
  const rows = decideAll(definition, labelled).flatMap((decided, i) => {
    if (!decided || decided.probability === null || decided.verdict.confidence === null) return [];
    const { probability, context, costs, review } = decided;
    const { segment } = pipeline.policy({ probability, context, cautious: false, backlog: 0 });
    return [{ segment, probability, weight: labelled[i]!.weight, costs, review }];
  });
  const rebanded = (own: ThresholdsPolicy, segment: string): ThresholdsPolicy => ({
    ...own,
    bands: bestBands(
      own,
      outcomes,
      rows.filter((row) => row.segment === segment),
    ),
  });
  const plain = (own: PlainPolicy, segment: string): PlainPolicy => {
    if (own.kind === 'thresholds') return rebanded(own, segment);
    return own.kind === 'allOf' ? { ...own, policies: own.policies.map((part) => plain(part, segment)) } : own;
  };
  if (policy.kind !== 'segments') return plain(policy, 'all');
  return {
    ...policy,
    segments: policy.segments.map((segment) => ({ ...segment, policy: plain(segment.policy, segment.id) })),
    otherwise: plain(policy.otherwise, 'all'),
  };
}

/**
 * Evidence counts rows that are drawn alike, so that of strata with more labels for each decision only a part is taken,
 * drawn by the decisions' ids.
 */
function evidenceOf(definition: PipelineDefinition, labelled: readonly LabelledDecision[]) {
  const heaviest = Math.max(...labelled.map(({ weight }) => weight));
  const alike = labelled.filter(({ record, weight }) => drawOf(record.id, 'evidence') < weight / heaviest);
  const certification = new Certification(definition, (_, row) => alike[row]!.record.modelScore!);
  alike.forEach((one, i) => certification.add(i, historyRow(definition, one)));
  return certification.evidence();
}
