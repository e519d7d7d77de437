import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Artifact } from '../../core/pipeline/artifact';
import type { PipelineDefinition } from '../../core/pipeline/definition';
import type { SimulationReport } from '../../core/simulation/report';
import { Simulation, type SimulationOptions } from '../../core/simulation/simulate';
import { withProgress } from '../history/progress';
import { fieldsWithoutColumn, historyReader } from '../history/read-history';
import { readRows, readSelection } from '../history/read-rows';
import { scorerOf } from '../history/scorer';
import { loadRenderReport } from '../report/load-report';
import { formatSimulation } from '../report/simulation-text';
import { inWords } from '../report/skip-causes';
import { checkedArtifact } from './checked-artifact';
import { loadDefinition } from './load-definition';
import { numberOption } from './options';
import { readPolicy } from './read-policy';
import { type Command, UsageError } from './usage';

export const simulateCommand: Command = {
  summary: 'Show what a policy would have done over labelled history',
  help: `Usage: plumbline simulate <pipeline folder> --data <file> [options]

Runs labelled history through the pipeline's own rules and policy, row by row, and tells what it would have cost.
Looked-up fields stand in the row under their names; history.label of the definition names the column of the truth.

  --data <file>           CSV with a header, or JSON Lines (.jsonl)
  --rows <file.json>[:<member>]
                          only these rows: a JSON array of row numbers, from 0
  --scores <file.json>    the model's raw scores, one a row; default: the trees in the definition score each row
  --policy <json|file>    another policy than the definition's, such as '{"kind":"expectedCost"}'
  --reviewer-accuracy <p> how probably a reviewer decides right; default 1
  --staff <n>             reviewers, around the clock; default 2
  --review-minutes <n>    time that a review takes; default 10
  --requests-per-hour <n> where history has no times (history.at); default 60
  --report <file.html>    where to write the report; default simulation.html. --no-report writes none.
  --json                  print the figures as JSON and nothing else
`,
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        data: { type: 'string' },
        rows: { type: 'string' },
        scores: { type: 'string' },
        policy: { type: 'string' },
        'reviewer-accuracy': { type: 'string' },
        staff: { type: 'string' },
        'review-minutes': { type: 'string' },
        'requests-per-hour': { type: 'string' },
        report: { type: 'string' },
        'no-report': { type: 'boolean' },
        json: { type: 'boolean' },
      },
      allowPositionals: true,
    });
    const [folder] = positionals;
    if (positionals.length !== 1 || !folder || !values.data) throw new UsageError(this.help);
    const options: SimulationOptions = {
      reviewerAccuracy: numberOption(values, 'reviewer-accuracy', { default: 1, from: 0, to: 1 }),
      staff: numberOption(values, 'staff', { default: 2, from: 1, to: 10_000, whole: true }),
      minutesPerReview: numberOption(values, 'review-minutes', { default: 10, from: 0.01, to: 10_000 }),
      requestsPerHour: numberOption(values, 'requests-per-hour', { default: 60, from: 1e-6, to: 1e9 }),
    };
    const written = loadDefinition(folder);
    const definition = values.policy === undefined ? written : withPolicy(written, readPolicy(values.policy));
    const artifact = checkedArtifact(definition);
    if (!artifact) return 1;
    const { data, rows, scores } = values;
    const report = await simulateFile(artifact, data, { ...options, rows, scores });
    if (report.rows === 0) {
      process.stderr.write(noRows(definition, data, report));
      return 1;
    }
    const file = values['no-report'] ? undefined : resolve(values.report ?? 'simulation.html');
    if (file !== undefined && (!values.json || values.report)) {
      const { renderReport } = loadRenderReport();
      const context = {
        title: definition.name,
        dataFile: data,
        generatedAt: new Date().toISOString(),
        command: `plumbline simulate ${args.map(quoted).join(' ')}`,
      };
      writeFileSync(file, renderReport(report, context));
    }
    process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : formatSimulation(report, file));
    return 0;
  },
};

const withPolicy = (
  definition: PipelineDefinition,
  policy: PipelineDefinition['decide']['policy'],
): PipelineDefinition => ({ ...definition, decide: { ...definition.decide, policy } });

/** Simulates a pipeline over a file of history. Throws a UsageError for a file that it cannot use. */
export async function simulateFile(
  artifact: Artifact,
  file: string,
  {
    rows,
    scores,
    ...options
  }: SimulationOptions & { readonly rows?: string | undefined; readonly scores?: string | undefined },
): Promise<SimulationReport> {
  const { definition } = artifact;
  const simulation = new Simulation(artifact, scorerOf(artifact.trees, scores), options);
  let absent: readonly string[] = [];
  let read: ReturnType<typeof historyReader> | undefined;
  for await (const { cells, columns, number } of withProgress('Simulating', readRows(file, readSelection(rows)))) {
    if (!read) {
      read = historyReader(definition, file, columns);
      absent = fieldsWithoutColumn(definition, columns);
    }
    const row = read(cells);
    if ('skipped' in row) simulation.skip(number, row.skipped);
    else simulation.add(number, row);
  }
  if (absent.length > 0)
    process.stderr.write(`${file} has no column for ${absent.join(', ')}: left out of every row.\n`);
  return simulation.report();
}

function noRows({ history, decide }: PipelineDefinition, file: string, { skipped }: SimulationReport): string {
  const causes = Object.entries(skipped).map(
    ([cause, { rows, first }]) =>
      `  ${cause}: ${rows} ${rows === 1 ? 'row' : 'rows'}, the first is row ${first + 1}: ${inWords(cause)}\n`,
  );
  return `Of ${file} no row could be used.
${causes.join('')}The truth is read from the column "${history!.label}", and must be one of ${decide.labels.join(', ')}.
`;
}

/** An argument as a shell takes it. */
const quoted = (arg: string): string =>
  /^[\w./:=,@%+-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", String.raw`'\''`)}'`;
