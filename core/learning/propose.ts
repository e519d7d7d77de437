import { drawOf } from '../decision/id';
import { type Calibration, shortened } from '../model/calibration';
import { type ScoredSample, fitIsotonic, fitPlatt } from '../model/fit-calibration';
import { compilePipeline } from '../pipeline/compile';
import type { PipelineDefinition } from '../pipeline/definition';
import { EVERYTHING } from '../policy/compile-policy';
import type { PlainPolicy, Policy } from '../policy/policy';
import type { PolicyEvidence } from '../policy/policy-evidence';
import { Certification } from '../simulation/certify';
import { type DecidedRow, decideRow } from '../simulation/decide-row';
import { bestBands } from './best-bands';
import type { LabelledDecision } from './group';

/**
 * The definition that the labels ask for: calibration fitted anew by the method that it has (Platt's, if it has none),
 * the bands of thresholds where they cost least, and the evidence of risk control measured again. A promise must not
 * rest on the labels that what it judges was fitted on: where one is made, each half of the labels serves one of both.
 * The labels must be in random order.
 */
export function propose(definition: PipelineDefinition, labelled: readonly LabelledDecision[]): PipelineDefinition {
  const promises = kindsOf(definition.decide.policy).has('riskControl');
  const fitting = promises ? labelled.filter((_, i) => i % 2 === 0) : labelled;
  const calibrated = { ...definition, model: { ...definition.model, calibration: fitted(definition, fitting) } };
  const policy = withBestBands(calibrated, fitting);
  const banded = { ...calibrated, decide: { ...calibrated.decide, policy } };
  if (!promises) return banded;
  const evidence = evidenceOf(
    banded,
    labelled.filter((_, i) => i % 2 === 1),
  );
  return { ...banded, decide: { ...banded.decide, evidence } };
}

function kindsOf(policy: Policy): ReadonlySet<Policy['kind']> {
  const parts =
    policy.kind === 'segments'
      ? [...policy.segments.map((segment) => segment.policy), policy.otherwise]
      : policy.kind === 'allOf'
        ? policy.policies
        : [];
  return new Set([policy.kind, ...parts.flatMap((part) => [...kindsOf(part)])]);
}

function fitted({ model, decide }: PipelineDefinition, labelled: readonly LabelledDecision[]): Calibration {
  const positive = decide.labels.indexOf(model.probabilityOf);
  // What the labels stand for does not make them more: Platt's targets count samples.
  const size = labelled.reduce((sum, { weight }) => sum + weight, 0) / labelled.length;
  const samples = labelled.map(({ score, row, weight }): ScoredSample => ({
    score,
    positive: row.label === positive,
    weight: weight / size,
  }));
  return shortened(model.calibration?.method === 'isotonic' ? fitIsotonic(samples) : fitPlatt(samples));
}

/** What `take` makes of each labelled decision as a definition decides it; undefined where a cost has no value. */
export function decideAll<T>(
  definition: PipelineDefinition,
  labelled: readonly LabelledDecision[],
  take: (decided: DecidedRow, one: LabelledDecision) => T,
): (T | undefined)[] {
  const pipeline = compilePipeline({ version: '', definition });
  return labelled.map((one, i) => {
    const decided = decideRow(pipeline, one.row, i, () => one.score, one.backlog);
    return decided && take(decided, one);
  });
}

/** Every band of the policy put where it costs least, over the decisions that the policy is asked about. */
function withBestBands(definition: PipelineDefinition, labelled: readonly LabelledDecision[]): Policy {
  const { policy, outcomes } = definition.decide;
  if (!kindsOf(policy).has('thresholds') || outcomes.length !== 2) return policy;
  const pipeline = compilePipeline({ version: '', definition });
  const rows = decideAll(definition, labelled, ({ question, costs, review }, { weight }) => {
    const segment = question && pipeline.policy(question).segment;
    if (segment === undefined) return undefined;
    return { segment, probability: question!.probability, weight, costs, review: review + Math.min(...costs) };
  }).filter((row) => row !== undefined);
  const banded = (own: PlainPolicy, segment: string): PlainPolicy => {
    if (own.kind === 'allOf') return { ...own, policies: own.policies.map((part) => banded(part, segment)) };
    if (own.kind !== 'thresholds') return own;
    const inSegment = rows.filter((row) => row.segment === segment);
    return { ...own, bands: bestBands(own, outcomes, inSegment) };
  };
  if (policy.kind !== 'segments') return banded(policy, EVERYTHING);
  return {
    ...policy,
    segments: policy.segments.map((segment) => ({ ...segment, policy: banded(segment.policy, segment.id) })),
    otherwise: banded(policy.otherwise, EVERYTHING),
  };
}

/**
 * Evidence counts rows that are drawn alike, so that of strata with more labels for each decision only a part is taken,
 * drawn by the decisions' ids.
 */
function evidenceOf(definition: PipelineDefinition, labelled: readonly LabelledDecision[]): PolicyEvidence {
  const heaviest = labelled.reduce((most, { weight }) => Math.max(most, weight), 0);
  const alike = labelled.filter(({ id, weight }) => drawOf(id, 'evidence') < weight / heaviest);
  const certification = new Certification(definition, (_, row) => alike[row]!.score);
  alike.forEach(({ row }, i) => certification.add(i, row));
  return certification.evidence();
}
