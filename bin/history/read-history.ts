import type { PipelineDefinition } from '../../core/pipeline/definition';
import { inputFields, lookedUpFields } from '../../core/pipeline/fields';
import { type HistoryRow, type Skipped, compileHistory } from '../../core/simulation/history';
import { UsageError } from '../commands/usage';
import type { Cells } from './read-rows';

/** Makes what reads labelled history for a definition; `columns` are those of the file. */
export function historyReader(
  definition: PipelineDefinition,
  file: string,
  columns: readonly string[],
): (cells: Cells) => HistoryRow | { readonly skipped: Skipped } {
  const { history } = definition;
  if (!history)
    throw new UsageError(
      `The definition "${definition.name}" does not say where history holds the truth. Add: history: { label: '<column>' }`,
    );
  for (const [member, column] of Object.entries(history))
    if (!columns.includes(column))
      throw new UsageError(
        `${file} has no column "${column}", which history.${member} names. It has ${columns.join(', ')}.`,
      );
  return compileHistory(definition, columns);
}

/** Fields of requests that history has no column for: they count as left out. */
export const fieldsWithoutColumn = (definition: PipelineDefinition, columns: readonly string[]): string[] =>
  [
    ...Object.keys(inputFields(definition)).map((name) => ['input', name] as const),
    ...Object.keys(lookedUpFields(definition)).map((name) => ['features', name] as const),
  ].flatMap(([root, name]) => (columns.includes(name) ? [] : [`${root}.${name}`]));
