import { canonicalJson } from '../canonical-json';
import type { ModelAnswer } from '../decision/model-answer';
import { compileSchema } from '../input/compile-schema';
import { loadXgboost } from '../model/xgboost';
import type { Artifact } from '../pipeline/artifact';
import { type Pipeline, compilePipeline } from '../pipeline/compile';

/** One of two definitions, ready to decide requests of the past. */
export interface Side {
  readonly artifact: Artifact;
  readonly pipeline: Pipeline;
  /** The model's own score of a row of cells; undefined where the definition does not hold the model. */
  readonly predict: ((cells: readonly number[]) => number) | undefined;
  accepts(input: unknown): boolean;
}

export function compileSide(artifact: Artifact): Side {
  return {
    artifact,
    pipeline: compilePipeline(artifact),
    predict: artifact.trees && loadXgboost(artifact.trees).predict,
    accepts: compileSchema(artifact.definition.input),
  };
}

/** What a model said of a request of the past, or why that cannot be told. */
export type PastAnswer = ModelAnswer | { readonly unknown: string };

/** What was asked, and the answer. */
export interface Asked {
  readonly cells: readonly number[];
  readonly answer: PastAnswer;
}

/** What the model says now of a row of cells; `cause` tells why it would be needed where the definition has no trees. */
export const rescored = ({ predict }: Side, cells: readonly number[], cause: string): PastAnswer =>
  predict ? { score: predict(cells) } : { unknown: cause };

/**
 * Prepares what the model of one definition says of a request, from what the model of the other said: the same, where
 * it is the same model and is asked the same. Else its trees score it; without them it cannot be told.
 */
export function compileCarrying(
  from: Side,
  to: Side,
): (asked: Asked | undefined, cells: readonly number[]) => PastAnswer {
  const same = sharesModel(from, to);
  return (asked, cells) =>
    same && asked && !('unknown' in asked.answer) && sameCells(asked.cells, cells)
      ? asked.answer
      : rescored(to, cells, 'NEEDS_MODEL');
}

/** Whether both ask the same model, as far as their definitions say. What they ask it is another matter. */
function sharesModel(a: Side, b: Side): boolean {
  const [one, other] = [a.artifact.definition.model, b.artifact.definition.model];
  if (one.endpoint !== other.endpoint || one.probabilityOf !== other.probabilityOf) return false;
  const [trees, otherTrees] = [a.artifact.trees, b.artifact.trees];
  return !trees || !otherTrees || canonicalJson(trees) === canonicalJson(otherTrees);
}

/** A missing value is NaN in both. */
const sameCells = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((cell, i) => Object.is(cell, b[i]));
