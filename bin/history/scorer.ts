import { readFileSync } from 'node:fs';
import { type XgboostModel, loadXgboost } from '../../core/model/xgboost';
import type { PipelineDefinition } from '../../core/pipeline/definition';
import type { Score } from '../../core/simulation/decide-row';
import { UsageError } from '../commands/usage';

/**
 * Where a row's score comes from: a file of scores, one for each row of history in its order (`<file.json>`, an array
 * or an object whose member `scores` is one), or the trees of the definition.
 */
export function scorerOf({ model }: PipelineDefinition, scoresFile: string | undefined): Score {
  if (scoresFile !== undefined) {
    const scores = readScores(scoresFile);
    return (_, row) => scores[row];
  }
  if (model.trees === undefined)
    throw new UsageError(
      'The model has no `trees` in the definition, so nothing here can score. Give --scores <file.json>.',
    );
  const trees: XgboostModel = loadXgboost(model.trees);
  return (cells) => trees.predict(cells);
}

function readScores(file: string): readonly (number | undefined)[] {
  const content = JSON.parse(readFileSync(file, 'utf8')) as number[] | { scores?: number[] };
  const scores = Array.isArray(content) ? content : content.scores;
  if (!Array.isArray(scores))
    throw new UsageError(`${file} is neither an array of scores nor an object with "scores".`);
  return scores.map((score) => (typeof score === 'number' && score >= 0 && score <= 1 ? score : undefined));
}
