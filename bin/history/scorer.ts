import { type XgboostJson, loadXgboost } from '../../core/model/xgboost';
import type { Score } from '../../core/simulation/decide-row';
import { UsageError } from '../commands/usage';
import { readJson } from './read-json';

/** Where a row's score comes from: a file of scores, or the trees of the model. */
export function scorerOf(trees: XgboostJson | undefined, scoresFile: string | undefined): Score {
  if (scoresFile !== undefined) return fileScorer(scoresFile);
  if (trees === undefined)
    throw new UsageError(
      'The model has no `trees` in the definition, so nothing here can score. Give --scores <file.json>.',
    );
  const { predict } = loadXgboost(trees);
  return (cells) => predict(cells);
}

/**
 * Raw scores, one for each row of history in its order (`<file.json>`, an array or an object whose member `scores` is
 * one); null where the model gave none.
 */
function fileScorer(file: string): Score {
  const scores = readScores(file);
  return (_, row) => {
    const score = scores[row];
    if (score === undefined)
      throw new UsageError(`${file} has ${scores.length} scores, but the history has a row ${row + 1}.`);
    return score ?? undefined;
  };
}

function readScores(file: string): readonly (number | null)[] {
  const content = readJson(file);
  const scores = (Array.isArray(content) ? content : (content as { scores?: unknown } | null)?.scores) as unknown;
  if (!Array.isArray(scores))
    throw new UsageError(`${file} is neither an array of scores nor an object with "scores".`);
  const wrong = scores.findIndex((score) => score !== null && !(typeof score === 'number' && score >= 0 && score <= 1));
  if (wrong >= 0)
    throw new UsageError(
      `${file} must hold a number from 0 to 1 for each row, or null; row ${wrong + 1} has ${JSON.stringify(scores[wrong])}.`,
    );
  return scores as (number | null)[];
}
