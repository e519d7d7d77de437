import { parseArgs } from 'node:util';
import { type Forgetting, forgetRecord } from '../../core/decision/forget';
import { Tables, findTables } from '../api/tables';
import { withProgress } from '../history/progress';
import { loadDefinition } from './load-definition';
import { TABLE_HELP, TABLE_OPTIONS } from './table-options';
import { type Command, UsageError } from './usage';

export const restoreCommand: Command = {
  summary: 'Put decisions back from a table that a backup was restored to',
  help: `Usage: plumbline restore <restored table> --definition <folder> [--dry-run]

Copies decisions that are missing from a table that DynamoDB has restored (point-in-time recovery or a backup) into the
pipeline's own. What is there stays as it is, so it may be run again, and while the pipeline decides. What has been
forgotten since the backup is put back as its tombstone only.

  --definition <path>  the pipeline's folder
  --dry-run            tell how many are missing, and put none back
  --json               print { "read", "restored", "there", "forgotten", "unreadable" }
${TABLE_HELP}`,
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        ...TABLE_OPTIONS,
        definition: { type: 'string' },
        'dry-run': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
      allowPositionals: true,
    });
    const [from] = positionals;
    if (from === undefined || positionals.length > 1) throw new UsageError(this.help);
    if (values.definition === undefined) throw new UsageError("Name the pipeline's folder with --definition.");
    const definition = loadDefinition(values.definition);
    const tables = await Tables.at(findTables(values, process.env, process.cwd()));
    const forgotten = await forgottenIn(tables);
    const counts = { read: 0, restored: 0, there: 0, forgotten: 0, unreadable: 0 };
    for await (const one of withProgress('Restoring', tables.scan(from))) {
      counts.read++;
      if ('problem' in one) {
        counts.unreadable++;
        continue;
      }
      const { record } = one;
      const erased = forgotten.get(record.id);
      const back = erased && !record.forgotten ? forgetRecord(record, erased, definition)! : record;
      const missing = values['dry-run'] ? (await tables.get(record.id)) === undefined : await tables.add(back);
      if (!missing) counts.there++;
      else if (back === record) counts.restored++;
      else counts.forgotten++;
    }
    process.stdout.write(values.json ? `${JSON.stringify(counts)}\n` : text(counts, values['dry-run']));
    return counts.unreadable > 0 ? 1 : 0;
  },
};

/** Who has been forgotten, by decision. */
async function forgottenIn(tables: Tables): Promise<ReadonlyMap<string, Forgetting>> {
  const found = new Map<string, Forgetting>();
  for await (const { ids, at, by, reason } of tables.notes('forget#'))
    for (const id of Array.isArray(ids) ? (ids as string[]) : [])
      found.set(id, { at: String(at), by: String(by), reason: String(reason) });
  return found;
}

const text = (
  { read, restored, there, forgotten, unreadable }: Readonly<Record<string, number>>,
  dryRun: boolean,
): string =>
  [
    `${read} read, ${restored} ${dryRun ? 'missing' : 'put back'}, ${there} there already`,
    ...(forgotten! > 0
      ? [`  ${forgotten} ${dryRun ? 'would come' : 'put'} back as tombstones: they have been forgotten`]
      : []),
    ...(unreadable! > 0 ? [`  ${unreadable} are no decision and were left`] : []),
    '',
  ].join('\n');
