import type { ScoredSample } from '../../core/model/fit-calibration';
import { encodeRow } from '../../core/model/encoding';
import { compilePipeline } from '../../core/pipeline/compile';
import type { PipelineDefinition } from '../../core/pipeline/definition';
import { rowFeatures } from '../../core/simulation/decide-row';
import { withProgress } from './progress';
import { historyReader } from './read-history';
import { readRows, readSelection } from './read-rows';
import { scorerOf } from './scorer';
import { treesOf } from '../../core/pipeline/fields';

/** The model's raw score of each row of history, with its truth. Rows without a score are left out. */
export async function labelledScores(
  definition: PipelineDefinition,
  file: string,
  { rows, scores }: { readonly rows?: string | undefined; readonly scores?: string | undefined },
): Promise<ScoredSample[]> {
  const pipeline = compilePipeline({ version: '', definition });
  const positive = definition.decide.labels.indexOf(definition.model.probabilityOf);
  const scorer = scorerOf(treesOf(definition.model), scores);
  const samples: ScoredSample[] = [];
  let read: ReturnType<typeof historyReader> | undefined;
  for await (const { cells, columns, number } of withProgress('Scoring', readRows(file, readSelection(rows)))) {
    read ??= historyReader(definition, file, columns);
    const row = read(cells);
    if ('skipped' in row) continue;
    const features = rowFeatures(pipeline, row);
    if (features.onGap !== 'none') continue;
    const score = scorer(encodeRow(pipeline.columns, { input: row.input, features: features.values }), number);
    if (score !== undefined) samples.push({ score, positive: row.label === positive });
  }
  return samples;
}
