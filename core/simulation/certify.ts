import type { PipelineDefinition } from '../pipeline/definition';
import { compilePipeline } from '../pipeline/compile';
import { EVERYTHING } from '../policy/compile-policy';
import { type EvidenceBuilder, gatherEvidence } from '../policy/evidence';
import { measuredUnder } from '../policy/measured-under';
import type { PolicyEvidence, SegmentEvidence } from '../policy/policy-evidence';
import { largestCost } from '../policy/stakes';
import { type Score, decideRow } from './decide-row';
import type { HistoryRow } from './history';

/**
 * Measures on labelled history what a policy would decide alone if its risk control kept nothing back, and how that
 * came out. Rows that rules or missing features decide are not the policy's, and are not in it.
 */
export class Certification {
  private readonly pipeline;
  private readonly largest: number | undefined;
  private readonly builders: ReadonlyMap<string, { errors: EvidenceBuilder; cost: EvidenceBuilder | undefined }>;
  private readonly measured: string;

  constructor(
    definition: PipelineDefinition,
    private readonly score: Score,
  ) {
    const { policy } = definition.decide;
    this.measured = measuredUnder(definition);
    this.pipeline = compilePipeline({ version: '', definition }, { open: true });
    const segments = [EVERYTHING, ...(policy.kind === 'segments' ? policy.segments.map(({ id }) => id) : [])];
    this.largest = largestCost(definition.decide);
    this.builders = new Map(
      segments.map((id) => [
        id,
        { errors: gatherEvidence(), cost: this.largest === undefined ? undefined : gatherEvidence(this.largest) },
      ]),
    );
  }

  /** `number` is the row's in its file. */
  add(number: number, row: HistoryRow): void {
    const { definition } = this.pipeline;
    const decided = decideRow(this.pipeline, row, number, this.score, 0);
    // Without a confidence it was not the policy that chose.
    if (!decided || decided.probability === null || decided.verdict.confidence === null) return;
    const { probability, context, costs } = decided;
    const { outcome, confidence, segment, options } = this.pipeline.policy({
      probability,
      context,
      cautious: false,
      backlog: 0,
    });
    const builder = this.builders.get(segment!)!;
    if (outcome === null || confidence === null || options === undefined) {
      builder.errors.add();
      builder.cost?.add();
      return;
    }
    const cost = costs[definition.decide.outcomes.indexOf(outcome)]!;
    const wrong = cost > Math.min(...costs);
    builder.errors.add({ confidence, wrong });
    builder.cost?.add({ confidence: 1 - options[outcome]! / this.largest!, wrong, cost });
  }

  evidence(): PolicyEvidence {
    const segments = [...this.builders].map(([id, builder]) => [id, segmentOf(builder)] as const);
    return { measured: this.measured, segments: Object.fromEntries(segments) };
  }
}

function segmentOf({ errors, cost }: { errors: EvidenceBuilder; cost: EvidenceBuilder | undefined }): SegmentEvidence {
  return { errors: errors.evidence(), ...(cost ? { cost: cost.evidence() } : {}) };
}
