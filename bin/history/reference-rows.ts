import { LONGEST_CATEGORY, type ReferenceRow, type Variable } from '../../core/drift/build-baseline';
import { compileSegments } from '../../core/drift/observation';
import { signalVariables, signalsOf } from '../../core/drift/signals';
import { type Pipeline, compilePipeline } from '../../core/pipeline/compile';
import type { JsonSchema, PipelineDefinition } from '../../core/pipeline/definition';
import { inputFields, lookedUpFields, modelFields, treesOf } from '../../core/pipeline/fields';
import { decideCase } from '../../core/simulation/decide-case';
import { rowFeatures } from '../../core/simulation/decide-row';
import { readCells, readersOf } from '../../core/simulation/history';
import type { Cells } from './read-rows';
import { scorerOf } from './scorer';

/** Makes what reads a row of reference data for a definition: its features, and what the pipeline makes of them. */
export interface ReferenceReader {
  /** Columns of which the definition reads what is watched; without a definition none is known. */
  readonly columns: readonly string[];
  /** What is watched, by name; `sample` are some rows. */
  kinds(sample: readonly ReferenceRow[]): Record<string, Variable>;
  /** `number` is that of the row in its file. */
  read(cells: Cells, number: number): ReferenceRow;
}

/** `scoresFile` holds raw scores, one a row; without it the trees in the definition score each row, if there are any. */
export function referenceReader(definition: PipelineDefinition, scoresFile?: string): ReferenceReader {
  // A baseline is measured against none, so that the first one can be made.
  const pipeline = compilePipeline({ version: '', definition });
  const input = readersOf(inputFields(definition));
  const lookedUp = readersOf(lookedUpFields(definition));
  const segmentsOf = compileSegments(pipeline);
  const signals = compileSignals(pipeline, scoresFile);
  const watched = watchedNames(definition);
  const fields = { ...lookedUpFields(definition), ...inputFields(definition) };
  return {
    columns: watched.filter((name) => Object.hasOwn(fields, name)),
    read(cells, number) {
      const row = { input: readCells(input, cells), lookedUp: readCells(lookedUp, cells) };
      const features = rowFeatures(pipeline, { ...row, label: 0, at: undefined });
      return {
        values: { ...row.lookedUp, ...row.input, ...features.values, ...signals(row.input, features, number) },
        segments: segmentsOf(row.input, features.values),
      };
    },
    kinds(sample) {
      const known = new Set(sample.flatMap(({ values }) => Object.keys(values)));
      const own = signalVariables(pipeline);
      const features = watched.map((name): [string, Variable] => [name, variableOf(name, fields[name], sample)]);
      const segments = Object.keys(definition.drift?.segments ?? {});
      return Object.fromEntries([
        ...features,
        ...Object.entries(own).filter(([name]) => known.has(name)),
        ...segments.flatMap((segment) =>
          features.map(([name, variable]): [string, Variable] => [`${segment}/${name}`, variable]),
        ),
      ]);
    },
  };
}

/** The model's inputs and the derived features, by bare name; texts are no values that could be counted. */
export function watchedNames(definition: PipelineDefinition): string[] {
  const read = modelFields(definition).map((path) => path.split('.')[1]!);
  return [...new Set([...read, ...Object.keys(definition.features?.derived ?? {})])];
}

/** Categories that the schema lists are known beforehand; so many of them, or of their characters, nobody looks at. */
const MOST_LISTED = 100;

function variableOf(name: string, schema: JsonSchema | undefined, sample: readonly ReferenceRow[]): Variable {
  const listed = schema?.enum?.filter((value) => typeof value === 'string');
  if (listed && listed.length <= MOST_LISTED && listed.every(({ length }) => length <= LONGEST_CATEGORY))
    if (listed.length === schema?.enum?.length) return { categories: listed };
  const first = sample.map(({ values }) => values[name]).find((value) => value !== undefined && value !== null);
  return typeof first === 'number' ? 'numeric' : 'categorical';
}

/** What the pipeline would make of the row; nothing where nobody can score it. */
function compileSignals(pipeline: Pipeline, scoresFile: string | undefined) {
  const trees = treesOf(pipeline.definition.model);
  if (!trees && scoresFile === undefined) return () => ({});
  const scorer = scorerOf(trees, scoresFile);
  const signals = signalsOf(pipeline);
  return (input: Cells, features: ReturnType<typeof rowFeatures>, number: number) => {
    const { verdict } = decideCase(pipeline, {
      input,
      features,
      mode: 'normal',
      backlog: 0,
      ask(cells) {
        const score = scorer(cells, number);
        return score === undefined ? { failed: 'MODEL_ERROR' } : { score };
      },
    });
    return signals({ ...verdict, mode: 'normal', gaps: features.gaps, input, features: features.values });
  };
}
