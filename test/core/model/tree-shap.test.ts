import fc from 'fast-check';
import { type Column, compileColumns, encodeRow } from '../../../core/model/encoding';
import { compileTreeShap } from '../../../core/model/tree-shap';
import { loadXgboost, type Tree, type XgboostJson, type XgboostModel } from '../../../core/model/xgboost';
import { applications, modelFile } from '../../examples/german-credit';

test('gives what xgboost gives with pred_contribs, missing cells included', () => {
  const contributions = compileTreeShap(loadXgboost(modelFile('model.json')));
  const columns = compileColumns(modelFile<Column[]>('columns.json'));
  const vectors = modelFile<{ row: number; missing: number[]; contributions: number[] }[]>('contributions.json');
  expect(vectors.filter(({ missing }) => missing.length > 0).length).toBeGreaterThan(40);
  for (const vector of vectors) {
    const { input, account } = applications[vector.row]!;
    const row = encodeRow(columns, { input, features: account });
    vector.missing.forEach((cell) => (row[cell] = NaN));
    const { cells, bias } = contributions(row);
    const apart = [...cells, bias].map((value, i) => Math.abs(value - vector.contributions[i]!));
    expect(Math.max(...apart)).toBeLessThan(2e-6);
  }
});

test('one split: a cell moves the score from the weighted average to its own leaf', () => {
  const model = loadXgboost(
    file([{ feature: 0, below: 5, missingLeft: true, left: { leaf: -1, rows: 3 }, right: { leaf: 2, rows: 1 } }]),
  );
  const contributions = compileTreeShap(model);
  expect(contributions([7, 0, 0, 0])).toEqual({ bias: -0.25, cells: Float64Array.of(2.25, 0, 0, 0) });
  expect(contributions([NaN, 0, 0, 0])).toEqual({ bias: -0.25, cells: Float64Array.of(-0.75, 0, 0, 0) });
});

test('on any trees, gives the Shapley values by their definition', () => {
  fc.assert(
    fc.property(ensemble, row, (trees, cells) => {
      const model = loadXgboost(file(trees));
      const { bias, cells: fast } = compileTreeShap(model)(cells);
      const { bias: expectedBias, cells: slow } = byDefinition(model, cells);
      expect(bias).toBeCloseTo(expectedBias, 9);
      slow.forEach((value, i) => expect(fast[i]).toBeCloseTo(value, 9));
    }),
    { seed: 11, numRuns: 300 },
  );
});

test('on any trees, bias and contributions sum to the score', () => {
  fc.assert(
    fc.property(ensemble, row, (trees, cells) => {
      const model = loadXgboost(file(trees));
      const { bias, cells: contributions } = compileTreeShap(model)(cells);
      const logOdds = contributions.reduce((sum, value) => sum + value, bias);
      expect(1 / (1 + Math.exp(-logOdds))).toBeCloseTo(model.predict(cells), 12);
    }),
    { seed: 12, numRuns: 300 },
  );
});

test('stays exact where a path asks for more cells than a definition could be summed over', () => {
  // A chain of 30 splits, each on a cell of its own: with all cells alike, each must get the same share.
  const depth = 30;
  const chain = Array.from({ length: depth }).reduce<Node>(
    (node, _, i) => ({
      feature: i,
      below: 1,
      missingLeft: false,
      left: { leaf: 0, rows: rowsOf(node) },
      right: node,
    }),
    { leaf: 1, rows: 1 },
  );
  const contributions = compileTreeShap(loadXgboost(file([chain], depth)));
  const { bias, cells } = contributions(Array.from({ length: depth }, () => 1));
  const share = (1 - bias) / depth;
  cells.forEach((value) => expect(value).toBeCloseTo(share, 12));
});

test('fails on a model without cover, and says so', () => {
  const model = structuredClone(modelFile<XgboostJson>('model.json'));
  const bare = model.learner.gradient_booster.model.trees.map(({ sum_hessian: _, ...tree }) => tree);
  Object.assign(model.learner.gradient_booster.model, { trees: bare });
  expect(() => compileTreeShap(loadXgboost(model))).toThrow(/no cover \(the file's sum_hessian\)/);
});

test('fails on a row of another length', () => {
  expect(() => compileTreeShap(loadXgboost(file([])))([1, 2])).toThrow('the row has 2');
});

type Node =
  | { readonly leaf: number; readonly rows: number }
  | {
      readonly feature: number;
      readonly below: number;
      readonly missingLeft: boolean;
      readonly left: Node;
      readonly right: Node;
    };

const CELLS = 4;
const number = fc.integer({ min: -2, max: 2 });
const { tree } = fc.letrec<{ tree: Node }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5, depthSize: 'xlarge' },
    fc.record({ leaf: number.map((weight) => weight / 3), rows: fc.integer({ min: 1, max: 50 }) }),
    fc.record({
      feature: fc.nat(CELLS - 1),
      below: number,
      missingLeft: fc.boolean(),
      left: tie('tree'),
      right: tie('tree'),
    }),
  ),
}));
const ensemble = fc.array(tree, { minLength: 1, maxLength: 3 });
const cell = fc.oneof({ weight: 4, arbitrary: number }, fc.constantFrom(NaN, Infinity, -Infinity));
const row = fc.array(cell, { minLength: CELLS, maxLength: CELLS });

/** Trees as XGBoost writes them. */
function file(trees: readonly Node[], features = CELLS): XgboostJson {
  return {
    learner: {
      gradient_booster: { name: 'gbtree', model: { trees: trees.map(treeJson) } },
      learner_model_param: { base_score: '5E-1', num_feature: String(features) },
      objective: { name: 'binary:logistic' },
    },
  };
}

function treeJson(root: Node) {
  const nodes: Node[] = [root];
  for (const node of nodes) if ('feature' in node) nodes.push(node.left, node.right);
  const each = <T>(inner: (node: Exclude<Node, { leaf: number }>) => T, leaf: (leaf: { leaf: number }) => T) =>
    nodes.map((node) => ('feature' in node ? inner(node) : leaf(node)));
  return {
    left_children: each(
      ({ left }) => nodes.indexOf(left),
      () => -1,
    ),
    right_children: each(
      ({ right }) => nodes.indexOf(right),
      () => -1,
    ),
    split_indices: each(
      ({ feature }) => feature,
      () => 0,
    ),
    split_conditions: each(
      ({ below }) => below,
      ({ leaf }) => leaf,
    ),
    default_left: each(
      ({ missingLeft }) => missingLeft,
      () => false,
    ),
    sum_hessian: nodes.map(rowsOf),
  };
}

const rowsOf = (node: Node): number => ('feature' in node ? rowsOf(node.left) + rowsOf(node.right) : node.rows);

/** Shapley's formula over all coalitions of cells, with the value of a coalition by Lundberg's algorithm 1. */
function byDefinition(model: XgboostModel, cells: readonly number[]) {
  const value = (coalition: number) =>
    model.trees.reduce((sum, tree) => sum + expectation(tree, cells, coalition), model.base);
  const size = (coalition: number) => [...coalition.toString(2)].filter((bit) => bit === '1').length;
  const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
  const coalitions = Array.from({ length: 2 ** cells.length }, (_, coalition) => coalition);
  return {
    bias: value(0),
    cells: cells.map((_, i) =>
      coalitions
        .filter((coalition) => (coalition & (1 << i)) === 0)
        .map((coalition) => {
          const others = size(coalition);
          const weight = (factorial(others) * factorial(cells.length - others - 1)) / factorial(cells.length);
          return weight * (value(coalition | (1 << i)) - value(coalition));
        })
        .reduce((sum, part) => sum + part, 0),
    ),
  };
}

function expectation(tree: Tree, cells: readonly number[], coalition: number, node = 0): number {
  const { left, right, feature, value, defaultLeft, cover } = tree;
  if (left[node] === -1) return value[node]!;
  const below = (child: number) => expectation(tree, cells, coalition, child);
  const split = feature[node]!;
  const cell = cells[split]!;
  if ((coalition & (1 << split)) === 0)
    return [left[node]!, right[node]!].reduce((sum, child) => sum + (cover[child]! / cover[node]!) * below(child), 0);
  const goesLeft = Number.isNaN(cell) ? defaultLeft[node] === 1 : cell < value[node]!;
  return below(goesLeft ? left[node]! : right[node]!);
}
