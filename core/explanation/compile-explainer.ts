import { decide, isCautious } from '../decision/decide';
import { type DecisionRecord, isBlind } from '../decision/decision';
import { drawOf } from '../decision/id';
import { evidenceOf } from '../decision/replay';
import type { Artifact } from '../pipeline/artifact';
import { compilePipeline } from '../pipeline/compile';
import { round } from '../policy/choosers';
import { EVERYTHING, type PolicyChoice } from '../policy/compile-policy';
import { compileRuleExplainer } from './explain-rules';
import { compileScoreExplainer } from './explain-score';
import type { Explained, Explanation } from './explanation';
import { isReproduced } from './reproduced';

/**
 * Explains decisions of an artifact's version: decides each again from its record by the very code that decided it, and
 * tells which rules matched, what each option would have cost, and what moved the score. Reads nothing else.
 */
export function compileExplainer(artifact: Artifact): (record: DecisionRecord) => Explanation {
  const pipeline = compilePipeline(artifact);
  const explainRules = compileRuleExplainer(pipeline);
  const explainScore = compileScoreExplainer(pipeline, artifact.trees);
  return (record) => {
    const { id, version, sampled } = record;
    if (record.forgotten) return { version, unavailable: 'FORGOTTEN', detail: FORGOTTEN };
    if (isBlind(record)) return { version, unavailable: 'BLIND', detail: BLIND };
    if (version !== artifact.version) return { version, unavailable: 'OTHER_VERSION', detail: OTHER_VERSION };
    const evidence = { ...evidenceOf(pipeline, record), draw: drawOf(id, 'sample') };
    const verdict = decide(pipeline, evidence);
    const context = {
      input: pipeline.toCelInput(record.input),
      features: pipeline.toCelFeatures(evidence.features.values),
    };
    const choice =
      verdict.score === null
        ? undefined
        : pipeline.policy({
            probability: verdict.score,
            context,
            cautious: isCautious(evidence),
            backlog: evidence.backlog ?? 0,
          });
    return {
      version,
      reproduced: isReproduced(record, verdict),
      ...explainRules(context),
      ...explainChoice(choice),
      ...explainScore(record),
      ...(sampled === undefined ? {} : { sampled }),
    };
  };
}

const BLIND =
  'This decision was drawn for a blind review: what the pipeline makes of it is told when a person has decided.';
const FORGOTTEN = 'What this decision rested on has been erased.';
const OTHER_VERSION =
  'This decision was made by another version of the definition, which is not here to decide it again.';

function explainChoice(choice: PolicyChoice | undefined): Pick<Explained, 'policy' | 'options' | 'optionsMissing'> {
  if (!choice) return { policy: null, options: null, optionsMissing: 'NO_SCORE' };
  const { outcome, confidence, reasons, segment, options } = choice;
  const policy = {
    outcome,
    confidence: confidence === null ? null : round(confidence),
    reasons,
    ...(segment === undefined || segment === EVERYTHING ? {} : { segment }),
  };
  if (!options) return { policy, options: null, optionsMissing: 'COST_UNRESOLVED' };
  const priced = Object.entries(options).toSorted(([, a], [, b]) => a - b);
  return { policy, options: priced.map(([option, cost]) => ({ option, expectedCost: round(cost) })) };
}
