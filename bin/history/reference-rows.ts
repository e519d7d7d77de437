import type { ReferenceRow } from '../../core/drift/build-baseline';
import type { FeatureKind } from '../../core/drift/baseline';
import { compileSegments } from '../../core/drift/observation';
import { signalKinds, signalsOf } from '../../core/drift/signals';
import { type Pipeline, compilePipeline } from '../../core/pipeline/compile';
import type { PipelineDefinition } from '../../core/pipeline/definition';
import { inputFields, lookedUpFields } from '../../core/pipeline/fields';
import { decideCase } from '../../core/simulation/decide-case';
import { rowFeatures } from '../../core/simulation/decide-row';
import { readCells, readersOf } from '../../core/simulation/history';
import type { Cells } from './read-rows';
import { scorerOf } from './scorer';

/** Makes what reads a row of reference data for a definition: its features, and what the pipeline makes of them. */
export interface ReferenceReader {
  /** What is watched, by name and kind; `sample` are some rows. */
  kinds(sample: readonly ReferenceRow[]): Record<string, FeatureKind>;
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
  return {
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
      const own = signalKinds(pipeline);
      const features = watched.map((name): [string, FeatureKind] => [name, kindOf(name, sample)]);
      const segments = Object.keys(definition.drift?.segments ?? {});
      return Object.fromEntries([
        ...features,
        ...Object.entries(own).filter(([name]) => known.has(name)),
        ...segments.flatMap((segment) =>
          features.map(([name, kind]): [string, FeatureKind] => [`${segment}/${name}`, kind]),
        ),
      ]);
    },
  };
}

/** The model's inputs and the derived features, by bare name. */
function watchedNames(definition: PipelineDefinition): string[] {
  const read = definition.model.columns.map(
    (column) => (typeof column === 'string' ? column : column.from).split('.')[1]!,
  );
  return [...new Set([...read, ...Object.keys(definition.features?.derived ?? {})])];
}

function kindOf(name: string, sample: readonly ReferenceRow[]): FeatureKind {
  const first = sample.map(({ values }) => values[name]).find((value) => value !== undefined && value !== null);
  return typeof first === 'number' ? 'numeric' : 'categorical';
}

/** What the pipeline would make of the row; nothing where nobody can score it. */
function compileSignals(pipeline: Pipeline, scoresFile: string | undefined) {
  const { trees } = pipeline.definition.model;
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
