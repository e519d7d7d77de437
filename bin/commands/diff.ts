import { parseArgs } from 'node:util';
import type { Artifact } from '../../core/pipeline/artifact';
import { changesBetween } from '../../core/versions/changes';
import { DecisionComparison } from '../../core/versions/compare-decisions';
import type { FlipReport } from '../../core/versions/flip-report';
import { withProgress } from '../history/progress';
import { historyReader } from '../history/read-history';
import { readRecords } from '../history/read-records';
import { readRows, readSelection } from '../history/read-rows';
import { scorerOf } from '../history/scorer';
import { formatDiff } from '../report/diff-text';
import { checkedArtifact } from './checked-artifact';
import { loadDefinition } from './load-definition';
import { type Command, UsageError } from './usage';

export const diffCommand: Command = {
  summary: 'Tell what changed between two definitions, and what would flip',
  help: `Usage: plumbline diff <old> <new> [--data <file> | --records <file or folder>] [options]

Tells what changed from one definition to another (pipeline folders, or files), and which decisions of the past would
come out differently. Costs are counted by the old definition's prices, and by the new one's where they differ. Where
the truth of a decision is not known, it counts in expectation, by its probability. Samples for a blind review are not
drawn; rows of history are decided as if no review was waiting.

  --data <file>           labelled history, CSV with a header or JSON Lines (.jsonl): both definitions decide each row
  --rows <file.json>[:<member>]
                          only these rows: a JSON array of row numbers, from 0
  --scores <file.json>    the old model's raw scores, one a row; default: the trees in the definition score each row
  --records <path>        recorded decisions, as JSON Lines or an export of the decisions table; a folder stands for all
                          files in it. Each is decided again from what was known then. Where the model or what it is
                          asked has changed, the new definition's trees score it; without them it is left out
  --json                  print everything as JSON

Exits with 0 whether or not they differ, and with 1 where one of them cannot be deployed.
`,
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        data: { type: 'string' },
        rows: { type: 'string' },
        scores: { type: 'string' },
        records: { type: 'string' },
        json: { type: 'boolean' },
      },
      allowPositionals: true,
    });
    const [from, to] = positionals;
    if (positionals.length !== 2 || !from || !to) throw new UsageError(this.help);
    if (values.data && values.records) throw new UsageError('Give --data or --records, not both.');
    if (!values.data && (values.rows || values.scores)) throw new UsageError('--rows and --scores belong to --data.');
    const [before, after] = [from, to].map(artifactOf);
    if (!before || !after) return 1;
    const changes = changesBetween(before, after);
    const source = values.data ?? values.records;
    const flips = values.data
      ? await compareRows(before, after, values.data, values)
      : values.records
        ? await compareRecords(before, after, values.records)
        : undefined;
    const versions = { from: before.version, to: after.version };
    process.stdout.write(
      values.json
        ? `${JSON.stringify({ pipeline: after.definition.name, versions, changes, flips: flips ?? null }, null, 2)}\n`
        : formatDiff({ pipeline: after.definition.name, versions, changes, flips, source }),
    );
    return 0;
  },
};

/** The definition's artifact; undefined where it cannot be deployed, after all its problems were printed, and its path. */
function artifactOf(path: string): Artifact | undefined {
  const artifact = checkedArtifact(loadDefinition(path));
  // Both definitions have the same name, as a rule.
  if (!artifact) process.stderr.write(`\nRead from ${path}.\n\n`);
  return artifact;
}

async function compareRows(
  before: Artifact,
  after: Artifact,
  file: string,
  { rows, scores }: { readonly rows?: string | undefined; readonly scores?: string | undefined },
): Promise<FlipReport> {
  const comparison = new DecisionComparison(before, after);
  const score = scorerOf(before.trees, scores);
  let read: readonly ReturnType<typeof historyReader>[] | undefined;
  for await (const { cells, number } of withProgress('Comparing', readRows(file, readSelection(rows)))) {
    read ??= [before, after].map(({ definition }) => historyReader(definition, file, Object.keys(cells)));
    comparison.addRow(number, read[0]!(cells), read[1]!(cells), score);
  }
  return comparison.report();
}

async function compareRecords(before: Artifact, after: Artifact, path: string): Promise<FlipReport> {
  const comparison = new DecisionComparison(before, after);
  for await (const one of withProgress('Comparing', readRecords(path))) {
    if ('problem' in one) comparison.skip(one.number, 'NO_DECISION');
    else if (one.record.forgotten) comparison.skip(one.number, 'FORGOTTEN');
    else if (one.record.pipeline !== before.definition.name) comparison.skip(one.number, 'OTHER_PIPELINE');
    else comparison.addRecord(one.number, one.record);
  }
  return comparison.report();
}
