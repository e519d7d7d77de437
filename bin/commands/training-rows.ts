import { readFileSync } from 'node:fs';
import { resolveFeatures } from '../../core/features/features';
import { compilePipeline } from '../../core/pipeline/compile';
import type { JsonSchema, PipelineDefinition } from '../../core/pipeline/definition';
import { inputFields, lookedUpFields } from '../../core/pipeline/fields';
import { parse } from 'csv-parse/sync';
import { UsageError } from './usage';

/** Rows of labelled history with their derived features, every value in the type that its schema gives. */
export function trainingRows(
  definition: PipelineDefinition,
  csvFile: string,
  splitFile?: string,
): Record<string, unknown>[] {
  // Derived features need no baseline, so that the first one can be made.
  const pipeline = compilePipeline({ version: '', definition });
  const fields: Record<string, JsonSchema> = { ...inputFields(definition), ...lookedUpFields(definition) };
  const kept = splitFile === undefined ? undefined : readSplit(splitFile);
  const table = parse(readFileSync(csvFile), { columns: true, skip_empty_lines: true, bom: true }) as Record<
    string,
    string
  >[];
  return table
    .filter((_, row) => !kept || kept.has(row))
    .map((cells) => {
      const typed = Object.fromEntries(
        Object.entries(cells).flatMap(([name, cell]) =>
          fields[name] && cell !== '' ? [[name, typedCell(fields[name], cell)]] : [],
        ),
      );
      const reads = Object.fromEntries(
        pipeline.lookups.map(({ name }) => [name, { item: { ...typed, updatedAt: new Date(0).toISOString() } }]),
      );
      return { ...typed, ...resolveFeatures(pipeline, typed, reads, 0).values };
    });
}

function typedCell({ type }: JsonSchema, cell: string): unknown {
  if (type === 'integer' || type === 'number') return Number(cell);
  return type === 'boolean' ? cell === 'true' : cell;
}

function readSplit(file: string): Set<number> {
  const content = JSON.parse(readFileSync(file, 'utf8')) as number[] | { train?: number[] };
  const rows = Array.isArray(content) ? content : content.train;
  if (!rows) throw new UsageError(`${file} is neither an array of row numbers nor an object with "train".`);
  return new Set(rows);
}
