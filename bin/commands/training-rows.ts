import { resolveFeatures } from '../../core/features/features';
import { compilePipeline } from '../../core/pipeline/compile';
import type { PipelineDefinition } from '../../core/pipeline/definition';
import { inputFields, lookedUpFields } from '../../core/pipeline/fields';
import { readersOf, readCells } from '../../core/simulation/history';
import { readRows, readSelection } from '../history/read-rows';

/** Rows of history with their derived features, every value in the type that its schema gives. */
export async function trainingRows(
  definition: PipelineDefinition,
  file: string,
  selection?: string,
): Promise<Record<string, unknown>[]> {
  // Derived features need no baseline, so that the first one can be made.
  const pipeline = compilePipeline({ version: '', definition });
  const fields = readersOf({ ...inputFields(definition), ...lookedUpFields(definition) });
  const rows: Record<string, unknown>[] = [];
  for await (const { cells } of readRows(file, readSelection(selection))) {
    const typed = readCells(fields, cells);
    const reads = Object.fromEntries(
      pipeline.lookups.map(({ name }) => [name, { item: { ...typed, updatedAt: new Date(0).toISOString() } }]),
    );
    rows.push({ ...typed, ...resolveFeatures(pipeline, typed, reads, 0).values });
  }
  return rows;
}
