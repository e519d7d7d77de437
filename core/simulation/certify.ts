import type { PipelineDefinition } from '../pipeline/definition';
import { compilePipeline } from '../pipeline/compile';
import { EVERYTHING } from '../policy/compile-policy';
import { type EvidenceBuilder, gatherEvidence } from '../policy/evidence';
import { measuredUnder } from '../policy/measured-under';
import type { PolicyEvidence } from '../policy/policy-evidence';
import { largestCost, scarcitiesOf } from '../policy/stakes';
import { type Score, decideRow } from './decide-row';
import type { HistoryRow } from './history';

interface Builders {
  readonly errors: EvidenceBuilder;
  readonly cost: EvidenceBuilder | undefined;
}

/**
 * Measures on labelled history what a policy would decide alone if its risk control kept nothing back, and how that
 * came out, at every price that a review may have. Rows that rules or missing features decide are not the policy's, and
 * are not in it.
 */
export class Certification {
  /** One for each price of a review. */
  private readonly pipelines;
  private readonly largest: number | undefined;
  /** By segment, one for each price. */
  private readonly builders: ReadonlyMap<string, readonly Builders[]>;
  private readonly measured: string;

  constructor(
    definition: PipelineDefinition,
    private readonly score: Score,
  ) {
    const { policy } = definition.decide;
    this.measured = measuredUnder(definition);
    this.pipelines = scarcitiesOf(definition).map((openAt) => compilePipeline({ version: '', definition }, { openAt }));
    const segments = [EVERYTHING, ...(policy.kind === 'segments' ? policy.segments.map(({ id }) => id) : [])];
    this.largest = largestCost(definition.decide);
    this.builders = new Map(
      segments.map((id) => [
        id,
        this.pipelines.map(() => ({
          errors: gatherEvidence(),
          cost: this.largest === undefined ? undefined : gatherEvidence(this.largest),
        })),
      ]),
    );
  }

  /** `number` is the row's in its file. */
  add(number: number, row: HistoryRow): void {
    const decided = decideRow(this.pipelines[0]!, row, number, this.score, 0);
    // Without a confidence it was not the policy that chose.
    if (!decided?.question || decided.verdict.confidence === null) return;
    const { question, costs } = decided;
    for (const [price, { policy, definition }] of this.pipelines.entries()) {
      const { outcome, confidence, segment, options } = policy(question);
      const { errors, cost } = this.builders.get(segment!)![price]!;
      if (outcome === null || confidence === null || options === undefined) {
        errors.add();
        cost?.add();
        continue;
      }
      const paid = costs[definition.decide.outcomes.indexOf(outcome)]!;
      const wrong = paid > Math.min(...costs);
      errors.add({ confidence, wrong });
      cost?.add({ confidence: 1 - options[outcome]! / this.largest!, wrong, cost: paid });
    }
  }

  evidence(): PolicyEvidence {
    const segments = [...this.builders].map(([id, prices]) => {
      const errors = prices.map((builders) => builders.errors.evidence());
      const cost = prices.flatMap((builders) => builders.cost?.evidence() ?? []);
      return [id, { errors, ...(cost.length > 0 ? { cost } : {}) }] as const;
    });
    return { measured: this.measured, segments: Object.fromEntries(segments) };
  }
}
