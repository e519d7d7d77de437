import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import type { DecisionRecord } from '../../core/decision/decision';
import { type Forgetting, forgetRecord } from '../../core/decision/forget';
import { isDecisionId, ulid } from '../../core/decision/id';
import type { PipelineDefinition } from '../../core/pipeline/definition';
import { compileCel } from '../../core/pipeline/compile';
import { Problems } from '../../core/pipeline/check-problems';
import { protectedNames, scopeOf } from '../../core/pipeline/fields';
import { DefinitionError } from '../../core/problem';
import { toCelObject } from '../../core/rules/cel-types';
import { callerArn } from '../api/identity';
import { Tables, findTables } from '../api/tables';
import { withProgress } from '../history/progress';
import { loadDefinition } from './load-definition';
import { TABLE_HELP, TABLE_OPTIONS } from './table-options';
import { type Command, UsageError } from './usage';

/** Decisions that one note of who was forgotten names. */
const AT_ONCE = 200;
const CALLER = /^(\d{12}:(role|user|federated-user)\/.+|\d{12}:root|intake:.+)$/;

export const forgetCommand: Command = {
  summary: 'Erase what decisions say of a person, and keep that they were made',
  help: `Usage: plumbline forget <decision id | caller | expression> --reason <text> [--definition <folder>] [--dry-run]

Erases input, features, scores and reviewers' notes of one decision, of all decisions of a caller (123456789012:role/App),
or of all that a CEL expression holds for, such as "input.applicant_id == 'applicant-0001'". What is left is a tombstone:
that a decision was made, when, by which route, with which outcome and reason codes, and what turned out to be true.
Counts and windows stay as they are. A review that is pending ends in the safe default. Who had it done, when and why is
recorded, with the decisions' ids. Items that are no readable decision are left and counted; the exit code is then 1, as
it is where there is no decision with the id.

Not erased by this: your own feature tables; files in the batch bucket (30 days), messages in the queues (14 days), the
table's stream (24 hours) and its point-in-time backups (35 days), which hold what was erased for that long. After a
restore, \`plumbline restore\` erases it again.

  --reason <text>      why, such as the number of the request; it is recorded, so a dry run needs none
  --definition <path>  the pipeline's folder; needed for an expression, and for reviews that are pending
  --dry-run            tell how many there are, and erase none
  --json               print { "matched", "forgotten", "already", "pending", "unreadable" }
${TABLE_HELP}`,
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        ...TABLE_OPTIONS,
        reason: { type: 'string' },
        definition: { type: 'string' },
        'dry-run': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
      allowPositionals: true,
    });
    const [who] = positionals;
    if (who === undefined || positionals.length > 1) throw new UsageError(this.help);
    const { reason = '', 'dry-run': dryRun } = values;
    if (reason === '' && !dryRun) throw new UsageError('Say why, with --reason: it is recorded with the decisions.');
    const definition = values.definition === undefined ? undefined : loadDefinition(values.definition);
    const matches = matcherOf(who, definition);
    if ('refused' in matches) {
      process.stderr.write(matches.refused);
      return 1;
    }
    const address = findTables(values, process.env, process.cwd());
    const tables = await Tables.at(address);
    const counts = { matched: 0, forgotten: 0, already: 0, pending: 0, unreadable: 0 };
    const at = new Date().toISOString();
    const by = dryRun ? '' : await callerArn(address, stsEndpoint(address.endpoint));
    const forgotten: Forgetting = { at, by, reason };

    let waiting: DecisionRecord[] = [];
    const flush = async () => {
      // Noted first: what is erased without a note could come back by a restore.
      if (waiting.length > 0)
        await tables.note(`forget#${ulid(Date.parse(at), randomBytes(10))}`, {
          ...forgotten,
          ids: waiting.map(({ id }) => id),
        });
      for (const record of waiting) if (await erase(tables, record, forgotten, definition)) counts.forgotten++;
      waiting = [];
    };
    for await (const record of recordsOf(tables, who)) {
      if (record === undefined) counts.unreadable++;
      if (!record || !matches.holds(record)) continue;
      counts.matched++;
      if (record.forgotten) counts.already++;
      else if (record.status === 'pending_review' && !definition) counts.pending++;
      else if (!dryRun && waiting.push(record) === AT_ONCE) await flush();
    }
    await flush();
    const absent = isDecisionId(who) && counts.matched + counts.unreadable === 0;
    if (absent) process.stderr.write(`There is no decision ${who} in ${address.decisions}.\n`);
    if (values.json) process.stdout.write(`${JSON.stringify(counts)}\n`);
    else if (!absent) process.stdout.write(text(counts, dryRun));
    return absent || counts.pending + counts.unreadable > 0 ? 1 : 0;
  },
};

type Matcher = { holds(record: DecisionRecord): boolean } | { readonly refused: string };

function matcherOf(who: string, definition: PipelineDefinition | undefined): Matcher {
  if (isDecisionId(who)) return { holds: () => true };
  if (CALLER.test(who)) return { holds: ({ caller }) => caller === who };
  if (!definition)
    throw new UsageError(
      `${who} is no decision's id and no caller. For an expression, name the pipeline's folder with --definition.`,
    );
  const scope = scopeOf(definition);
  const problems = new Problems();
  problems.cel(scope, who, 'the expression', 'bool');
  if (problems.all.length > 0) return { refused: new DefinitionError(definition.name, problems.all).message };
  const condition = compileCel(scope).condition(who);
  const toInput = toCelObject(scope.input, protectedNames(definition, 'input'));
  const toFeatures = toCelObject(scope.features, protectedNames(definition, 'features'));
  return {
    holds: ({ pipeline, input, features }) =>
      pipeline === definition.name && condition({ input: toInput(input), features: toFeatures(features) }) === true,
  };
}

/** The decisions to look at; undefined for each item that is none, which may yet say something of a person. */
async function* recordsOf(tables: Tables, who: string): AsyncGenerator<DecisionRecord | undefined> {
  if (isDecisionId(who)) {
    const record = await tables.get(who);
    if (record || (await tables.item(who))) yield record;
    return;
  }
  for await (const one of withProgress('Reading', tables.scan())) yield 'record' in one ? one.record : undefined;
}

/** Erases a decision as it stands; what changes it meanwhile is read again. */
async function erase(
  tables: Tables,
  seen: DecisionRecord,
  forgotten: Forgetting,
  definition: PipelineDefinition | undefined,
): Promise<boolean> {
  for (let record: DecisionRecord | undefined = seen; record && !record.forgotten; record = await tables.get(seen.id)) {
    const tombstone = forgetRecord(record, forgotten, definition);
    if (!tombstone) return false;
    if (await tables.replace(record, tombstone)) return true;
  }
  return false;
}

/** Where one address serves every service, as the emulator's does, it serves this one too. */
const stsEndpoint = (dynamo: string): string | undefined => (dynamo.includes('amazonaws.com') ? undefined : dynamo);

function text({ matched, forgotten, already, pending, unreadable }: Record<string, number>, dryRun: boolean): string {
  const lines = [
    `${matched} ${matched === 1 ? 'decision' : 'decisions'} found, ${dryRun ? 'none erased: a dry run' : `${forgotten} erased`}`,
    ...(already! > 0 ? [`  ${already} erased before`] : []),
    ...(pending! > 0
      ? [`  ${pending} wait for a person and are left: give --definition, to end them in the safe default`]
      : []),
    ...(unreadable! > 0 ? [`  ${unreadable} are no decision and were left: look whether they say something`] : []),
  ];
  return `${lines.join('\n')}\n`;
}
