import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildBaseline, type FeatureKind } from '../../core/drift/baseline';
import type { PipelineDefinition } from '../../core/pipeline/definition';
import { trainingRows } from './training-rows';
import { loadDefinition } from './load-definition';
import { type Command, UsageError } from './usage';

export const baselineCommand: Command = {
  summary: 'Measure the reference that drift is compared with',
  help: `Usage: plumbline baseline <pipeline folder> --data <file> [--rows <split.json:train>] [--out <baseline.json>]

Measures how each feature that the model reads is distributed in the data, derived features included,
and writes baseline.json. Looked-up fields stand in the row under their names.

  --data   CSV with a header, or JSON Lines (.jsonl)
  --rows   JSON file with an array of row numbers, or an object's member that is one; others are left out
  --out    where to write; default: baseline.json in the pipeline folder
`,
  async run(args) {
    const options = { data: { type: 'string' }, rows: { type: 'string' }, out: { type: 'string' } } as const;
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [folder] = positionals;
    if (positionals.length !== 1 || !folder || !values.data) throw new UsageError(this.help);
    const definition = loadDefinition(folder);
    const rows = await trainingRows(definition, values.data, values.rows);
    const baseline = buildBaseline(rows, modelFeatures(definition, rows[0] ?? {}));
    const out = values.out ?? join(resolve(folder), 'baseline.json');
    writeFileSync(out, `${JSON.stringify(baseline, null, 1)}\n`);
    process.stdout.write(`${out}: ${Object.keys(baseline.features).length} features over ${baseline.rows} rows.\n`);
    return 0;
  },
};

/** What drift watches: the model's inputs and the derived features, by bare name. */
function modelFeatures(
  definition: PipelineDefinition,
  row: Readonly<Record<string, unknown>>,
): Record<string, FeatureKind> {
  const read = definition.model.columns.map(
    (column) => (typeof column === 'string' ? column : column.from).split('.')[1]!,
  );
  const names = [...new Set([...read, ...Object.keys(definition.features?.derived ?? {})])];
  return Object.fromEntries(names.map((name) => [name, typeof row[name] === 'number' ? 'numeric' : 'categorical']));
}
