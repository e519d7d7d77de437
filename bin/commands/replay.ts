import { parseArgs } from 'node:util';
import type { DecisionRecord } from '../../core/decision/decision';
import { type Replay, compileReplay } from '../../core/versions/replay';
import { findQueues } from '../api/queues';
import { sqsClient } from '../api/sqs';
import { Tables, findTables } from '../api/tables';
import { withProgress } from '../history/progress';
import { type ReplayReport, formatReplay } from '../report/replay-text';
import { checkedArtifact } from './checked-artifact';
import { loadDefinition } from './load-definition';
import { TABLE_HELP, TABLE_OPTIONS } from './table-options';
import { timeOption } from './time-option';
import { type Command, UsageError } from './usage';

/** How many decisions the report names one by one. */
const SHOWN = 10;

export const replayCommand: Command = {
  summary: 'Decide requests of a time range again, as after an outage',
  help: `Usage: plumbline replay <definition> --since <time> [--until <time>] [--reason <code>] [--apply]

Decides requests again that were decided in a time range, such as those that had to do without the model. First, and
without --apply only, it tells what would come out otherwise, with all parts in order: in normal mode, with the model's
answer of then (or that of the definition's trees), and with what was looked up then.

With --apply, each decision that would come out otherwise, or of which that cannot be told, is put into the intake queue
and made anew: a decision of its own, for the caller of the first, with its id as \`replayOf\`, in record, events and API.
The first one stays as it was. What a person has decided or is about to decide is left, and an action that was started
for a request is not started again. Run twice, nothing is decided twice.

  --since, --until     such as 2026-11-24 or 2026-11-24T09:30Z
  --reason <code>      only decisions with this reason, such as MODEL_TIMEOUT
  --apply              decide them again
  --to <url>           the intake queue (output IntakeQueueUrl), with --apply
  --json               print { "read", "matrix", "first", "left", "sent" }
${TABLE_HELP}`,
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        ...TABLE_OPTIONS,
        since: { type: 'string' },
        until: { type: 'string' },
        reason: { type: 'string' },
        to: { type: 'string' },
        apply: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
      allowPositionals: true,
    });
    const [folder, ...more] = positionals;
    const since = timeOption(values, 'since');
    const until = timeOption(values, 'until') ?? Infinity;
    if (folder === undefined)
      throw refuse("Name the pipeline's folder, as in: plumbline replay <definition> --since <time>.");
    if (more.length > 0) throw refuse(`Name one folder only; there is also ${more.join(' ')}.`);
    if (since === undefined) throw refuse('Say since when, with --since, such as --since 2026-11-24T09:30Z.');
    if (values.apply && (values.table === undefined) !== (values.to === undefined))
      throw new UsageError('With --table, --apply needs the intake queue: --to <url>.');
    const artifact = checkedArtifact(loadDefinition(folder));
    if (!artifact) return 1;

    const tables = await Tables.at(findTables(values, process.env, process.cwd()));
    const replay = compileReplay(artifact);
    const replaced = new Set<string>();
    const left: Record<string, number> = {};
    const leave = (cause: string) => (left[cause] = (left[cause] ?? 0) + 1);
    const found: { readonly record: DecisionRecord; readonly replay: Replay }[] = [];
    let read = 0;
    for await (const one of withProgress('Reading', tables.scan())) {
      if ('problem' in one) continue;
      const { record } = one;
      if (record.replayOf !== undefined) replaced.add(record.replayOf);
      const at = Date.parse(record.at);
      if (at < since || at >= until) continue;
      if (values.reason !== undefined && !record.reasons.some(({ code }) => code === values.reason)) continue;
      read++;
      const result = replay(record);
      if ('not' in result) leave(result.not);
      else if (result.from === result.to) leave('SAME');
      else found.push({ record, replay: result });
    }
    const changing = found.filter(({ record }) => !replaced.has(record.id) || (leave('REPLAYED'), false));
    const sent = values.apply
      ? await send(
          changing.map(({ record }) => record),
          values,
        )
      : 0;
    const report = reportOf(artifact.definition.name, read, changing, left, sent);
    process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : formatReplay(report, values.apply));
    return 0;
  },
};

const refuse = (missing: string): UsageError => new UsageError(`${missing}\nplumbline replay --help tells more.`);

async function send(
  records: readonly DecisionRecord[],
  { to, pipeline }: { readonly to?: string; readonly pipeline?: string },
): Promise<number> {
  const queue = findQueues({ ...(to === undefined ? {} : { from: to, to }), pipeline }, process.env, process.cwd());
  const sqs = await sqsClient(queue, queue.endpoint);
  for (const { id, input } of records) {
    const body = JSON.stringify({ key: `replay/${id}`, input });
    await sqs.send(queue.to, body, { plumblineReplayOf: id });
  }
  return records.length;
}

function reportOf(
  pipeline: string,
  read: number,
  changing: readonly { readonly record: DecisionRecord; readonly replay: Replay }[],
  left: Readonly<Record<string, number>>,
  sent: number,
): ReplayReport {
  const cells = new Map<string, ReplayReport['matrix'][number]>();
  for (const { replay } of changing) {
    const { from, to = null } = replay;
    const name = JSON.stringify([from, to]);
    cells.set(name, { from, to, decisions: (cells.get(name)?.decisions ?? 0) + 1 });
  }
  return {
    pipeline,
    read,
    matrix: [...cells.values()].toSorted((a, b) => b.decisions - a.decisions),
    first: changing
      .slice(0, SHOWN)
      .map(({ record: { id, at }, replay: { from, to = null } }) => ({ id, at, from, to })),
    left,
    sent,
  };
}
