/** A tree ensemble in memory, ready to score rows. */
export interface XgboostModel {
  /** Cells that a row must have. */
  readonly features: number;
  /** Log-odds of the positive class before any tree. */
  readonly base: number;
  readonly trees: readonly Tree[];
  /** Probability of the positive class; NaN cells are missing values. Throws a RangeError for a row of another length. */
  predict(row: ArrayLike<number>): number;
}

/** A tree, one entry a node; the root is node 0. A row goes left where its cell is below the condition. */
export interface Tree {
  /** The child's number, or -1 for a leaf. */
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly feature: Int32Array;
  /** Split condition of an inner node, weight of a leaf. */
  readonly value: Float32Array;
  /** 1 where a missing cell goes left. */
  readonly defaultLeft: Uint8Array;
  /** Weight of the training rows that came by (the sum of their hessians); empty where the file leaves it out. */
  readonly cover: Float32Array;
}

interface TreeJson {
  readonly left_children: readonly number[];
  readonly right_children: readonly number[];
  readonly split_indices: readonly number[];
  readonly split_conditions: readonly number[];
  readonly default_left: readonly (number | boolean)[];
  readonly sum_hessian?: readonly number[];
  readonly loss_changes?: readonly number[];
  readonly categories?: readonly unknown[];
}

/** What is read of a model file in XGBoost's JSON format. */
export interface XgboostJson {
  readonly learner: {
    readonly gradient_booster: { readonly name: string; readonly model: { readonly trees: readonly TreeJson[] } };
    readonly learner_model_param: { readonly base_score: string; readonly num_feature: string };
    readonly objective: { readonly name: string };
    readonly attributes?: { readonly best_ntree_limit?: string };
  };
}

/**
 * Reads a model in XGBoost's JSON format (written by 1.7): gradient-boosted trees with the objective binary:logistic
 * and numeric splits. Throws an Error that names what it cannot evaluate.
 */
export function loadXgboost(json: unknown): XgboostModel {
  const { learner } = json as XgboostJson;
  const refuse = (what: string): never => {
    throw new Error(`Cannot evaluate this XGBoost model: ${what}.`);
  };
  if (!learner?.gradient_booster?.model?.trees) refuse("it is not in XGBoost's JSON format");
  const { gradient_booster: booster, objective, learner_model_param: param } = learner;
  if (booster.name !== 'gbtree') refuse(`the booster is ${booster.name}, not gbtree`);
  if (objective.name !== 'binary:logistic') refuse(`the objective is ${objective.name}, not binary:logistic`);
  // After early stopping the rounds past the best one are still in the file; SageMaker's container leaves them out.
  const rounds = Number(learner.attributes?.best_ntree_limit ?? booster.model.trees.length);
  const trees = booster.model.trees.slice(0, rounds).map((tree): Tree => {
    if (tree.categories?.length) refuse('it has categorical splits');
    return {
      left: Int32Array.from(tree.left_children),
      right: Int32Array.from(tree.right_children),
      feature: Int32Array.from(tree.split_indices),
      value: Float32Array.from(tree.split_conditions),
      defaultLeft: Uint8Array.from(tree.default_left, Number),
      cover: Float32Array.from(tree.sum_hessian ?? []),
    };
  });
  const share = Number(param.base_score);
  const base = Math.log(share / (1 - share));
  const features = Number(param.num_feature);
  return {
    features,
    base,
    trees,
    predict(row) {
      checkCells(features, row);
      let sum = base;
      for (const tree of trees) sum += leaf(tree, row);
      return 1 / (1 + Math.exp(-sum));
    },
  };
}

/** Throws a RangeError for a row that the model does not take. */
export function checkCells(features: number, row: ArrayLike<number>): void {
  if (row.length !== features) throw new RangeError(`The model takes ${features} cells, the row has ${row.length}.`);
}

function leaf({ left, right, feature, value, defaultLeft }: Tree, row: ArrayLike<number>): number {
  let node = 0;
  while (left[node] !== -1) {
    // XGBoost holds cells and conditions in single precision.
    const cell = Math.fround(row[feature[node]!]!);
    const goLeft = Number.isNaN(cell) ? defaultLeft[node] === 1 : cell < value[node]!;
    node = (goLeft ? left : right)[node]!;
  }
  return value[node]!;
}
