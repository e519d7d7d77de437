import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type BusinessImpact, businessImpact } from '../../core/business/impact';
import { driftSettings } from '../../core/drift/settings';
import type { PipelineDefinition } from '../../core/pipeline/definition';
import { Tables, findTables } from '../api/tables';
import { readPast } from '../history/counted-times';
import { impactText } from '../report/impact-text';
import { loadRenderImpact } from '../report/load-report';
import { loadDefinition } from './load-definition';
import { TABLE_HELP, TABLE_OPTIONS } from './table-options';
import { timeOption } from './time-option';
import { type Command, UsageError } from './usage';

export const reportCommand: Command = {
  summary: 'Tell what a deployed pipeline has been worth: by day and month, for an executive',
  help: `Usage: plumbline report <pipeline folder> [options]

Reads what the deployed pipeline has counted, in its state table, and writes a page: decisions and who made them, what
they cost and what people deciding all of it would have cost, errors, times in which the pipeline did less by itself.
Days are kept for 400 days.

  --since, --until <time>   as 2026-11-01 or 2026-11-01T12:00Z, in UTC; default: all that is kept
  --report <file.html>      default: report.html. --no-report writes none
  --json                    print the figures instead of words
${TABLE_HELP}`,
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        since: { type: 'string' },
        until: { type: 'string' },
        report: { type: 'string' },
        'no-report': { type: 'boolean' },
        json: { type: 'boolean' },
        ...TABLE_OPTIONS,
      },
      allowPositionals: true,
    });
    const [folder] = positionals;
    if (positionals.length !== 1 || !folder) throw new UsageError(this.help);
    const definition = loadDefinition(folder);
    const since = timeOption(values, 'since') ?? -Infinity;
    const until = timeOption(values, 'until') ?? Infinity;
    const address = findTables({ ...values, pipeline: values.pipeline ?? definition.name }, process.env, process.cwd());
    const tables = await Tables.at(address);
    const { counted, changes } = await readPast(tables.state(['drift#', 'mode#']), driftSettings(definition).windowMs);
    const within = counted.filter(({ start, end }) => start >= since && end <= until);
    const cut = counted.filter(({ start, end }) => [since, until].some((at) => start < at && at < end));
    if (cut.length > 0)
      process.stderr.write(
        `Older times are kept by whole hours and days: ${cut.map(({ start, end }) => `${iso(start)} to ${iso(end)}`).join(', ')} is left out. Begin and end at midnight (UTC).\n`,
      );
    const impact = businessImpact(
      definition.name,
      within,
      changes.filter(({ at }) => Date.parse(at) >= since && Date.parse(at) < until),
      reviewPrice(definition),
    );
    if (values.json) process.stdout.write(`${JSON.stringify(impact)}\n`);
    else process.stdout.write(impactText(impact));
    if (!values['no-report']) writePage(impact, definition, values.report, address.state, args);
    return 0;
  },
};

const iso = (at: number): string => `${new Date(at).toISOString().slice(0, 16)}Z`;

/** Undefined where a review's price depends on the request. */
function reviewPrice({ decide }: PipelineDefinition): number | undefined {
  const { review } = decide.costs;
  return typeof review === 'number' ? review : undefined;
}

function writePage(
  impact: BusinessImpact,
  definition: PipelineDefinition,
  file = 'report.html',
  state: string,
  args: readonly string[],
): void {
  const page = resolve(file);
  const { renderImpact } = loadRenderImpact();
  writeFileSync(
    page,
    renderImpact(impact, {
      title: definition.description ?? definition.name,
      dataFile: state,
      generatedAt: new Date().toISOString(),
      command: `plumbline report ${args.join(' ')}`,
    }),
  );
  process.stderr.write(`${page}\n`);
}
