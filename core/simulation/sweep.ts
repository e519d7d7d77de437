import { type Pipeline, compilePipeline } from '../pipeline/compile';
import type { PipelineDefinition } from '../pipeline/definition';
import type { PolicyQuestion } from '../policy/compile-policy';
import type { CutResult } from './cut-policies';
import { Differences } from './estimate';
import type { SweepEntry } from './report';
import { ReviewQueue } from './review-queue';
import type { StaffPlan } from './reviewers';
import type { RowCosts } from './row-costs';
import { OutcomeTally } from './tally';
import { variantsOf } from './variants';

/** What was counted of a policy. */
interface Counted extends CutResult {
  readonly name: string;
  readonly simulated?: boolean;
  readonly fitted?: boolean;
}

/** How the policies near the one simulated fare on the same rows. */
export class Sweep {
  private readonly variants: readonly {
    readonly name: string;
    readonly choose: Pipeline['policy'];
    readonly tally: OutcomeTally;
    readonly differences: Differences;
    /** Of its own reviews; only where their number changes what a review costs. */
    readonly queue: ReviewQueue | undefined;
  }[];

  constructor(definition: PipelineDefinition, plan: StaffPlan) {
    this.variants = variantsOf(definition).map((variant) => ({
      name: variant.name,
      choose: compilePipeline({ version: '', definition: variant.definition }).policy,
      tally: new OutcomeTally(definition.decide.outcomes),
      differences: new Differences(),
      queue: definition.review.capacity === undefined ? undefined : new ReviewQueue(plan),
    }));
  }

  /** `question` is what the policy was asked; without one no policy changes the outcome. `cost` is what it cost. */
  add(at: number, question: PolicyQuestion | undefined, outcome: string | null, costs: RowCosts, cost: number): void {
    for (const { choose, tally, differences, queue } of this.variants) {
      const other = question ? choose({ ...question, backlog: queue?.backlog(at) ?? 0 }).outcome : outcome;
      if (other === null) queue?.add(at);
      tally.add(other, costs.of(other), costs.isWrong(other));
      differences.add(costs.of(other) - cost);
    }
  }

  /** `defined` is the policy simulated, `others` are further ones to stand beside it. Best first. */
  entries(defined: OutcomeTally, others: readonly Counted[]): SweepEntry[] {
    const { rows, cost } = defined;
    const costPerRow = rows === 0 ? 0 : cost / rows;
    const counted = (name: string, { automated, wrong }: OutcomeTally, differences: Differences): Counted => ({
      name,
      automated,
      wrong,
      differences,
    });
    return [
      { ...counted('as defined', defined, new Differences(rows)), simulated: true },
      ...this.variants.map(({ name, tally, differences }) => counted(name, tally, differences)),
      ...others,
    ]
      .map(({ name, automated, wrong, differences, simulated = false, fitted = false }: Counted): SweepEntry => {
        const difference = differences.estimate();
        return {
          name,
          simulated,
          automated: rows === 0 ? 0 : automated / rows,
          automatedError: automated === 0 ? null : wrong / automated,
          costPerRow: costPerRow + difference.mean,
          difference,
          fitted,
        };
      })
      .sort((a, b) => a.costPerRow - b.costPerRow);
  }
}
