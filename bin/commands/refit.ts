import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Refitting } from '../../core/learning/refit';
import { checkDefinition } from '../../core/pipeline/check';
import { DefinitionError } from '../../core/problem';
import { withProgress } from '../history/progress';
import { readRecords } from '../history/read-records';
import { counted } from '../report/format';
import { type Unread, formatRefit } from '../report/refit-text';
import { definitionFile, loadDefinition } from './load-definition';
import { timeOption } from './time-option';
import { type Command, UsageError } from './usage';
import { proposalOf, requireUnwritten, writeProposal } from './write-proposal';

export const refitCommand: Command = {
  summary: 'Propose calibration and thresholds from what turned out',
  help: `Usage: plumbline refit <pipeline folder> --records <file or folder> [options]

Learns from recorded decisions: what reviewers decided, and the truth that was reported later, are the labels. Of what
was automated, those count that review.sample drew for a blind review, weighted for all decisions that they stand for;
what was reported of others counts only where none was drawn, or where all is known.

Tells how often automated decisions were wrong, as measured on labels and as the probabilities alone foretell it, and
proposes a new calibration, new bands for thresholds(…) and new evidence for riskControl(…), with what they would change
in cost and error, and whether that is more than noise.

  --records <path>   JSON Lines of decision records, or items of the decisions table as an export to S3 or a scan gives
                     them, gzipped or not; a folder stands for all such files in it
  --since <time>     only decisions from this time on, such as 2026-11-01 or 2026-11-01T12:00Z. Where the definition
                     does not hold the model, give the time from which the present one has answered
  --until <time>     only decisions before this time; give one by which the truth has had time to turn out
  --out <folder>     write the proposal there: a pipeline folder that simulate, diff and a candidate can use
  --json             print all figures, and the proposal

Exits with 0 when it has a proposal, whether or not that is better, and with 1 when there are too few labels.
`,
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        records: { type: 'string' },
        since: { type: 'string' },
        until: { type: 'string' },
        out: { type: 'string' },
        json: { type: 'boolean' },
      },
      allowPositionals: true,
    });
    const [folder] = positionals;
    if (positionals.length !== 1 || !folder || !values.records) throw new UsageError(this.help);
    const [since, until] = [timeOption(values, 'since') ?? -Infinity, timeOption(values, 'until') ?? Infinity];
    const definition = loadDefinition(folder);
    // Evidence is measured anew; what is wrong with the present one does not matter.
    const problems = checkDefinition(definition).filter(({ code }) => !code.startsWith('EVIDENCE_'));
    if (problems.length > 0) {
      process.stderr.write(new DefinitionError(definition.name, problems).message);
      return 1;
    }
    if (values.out !== undefined) requireUnwritten(values.out);

    const refitting = new Refitting(definition);
    const unread: { outsidePeriod: number; unreadable: number; first: string | undefined } = {
      outsidePeriod: 0,
      unreadable: 0,
      first: undefined,
    };
    for await (const one of withProgress('Reading', readRecords(values.records))) {
      if ('problem' in one) {
        unread.unreadable++;
        unread.first ??= one.problem;
        continue;
      }
      const at = Date.parse(one.record.at);
      if (at >= since && at < until) refitting.add(one.record);
      else unread.outsidePeriod++;
    }
    const refit = refitting.result();
    if ('refused' in refit) {
      process.stderr.write(refusal(refit.refused, unread, definition.review.sample));
      return 1;
    }
    const proposal = proposalOf(definition, refit.proposal);
    const written =
      values.out === undefined ? [] : writeProposal(values.out, definitionFile(resolve(folder)), proposal);
    if (values.json)
      process.stdout.write(
        `${JSON.stringify({ pipeline: definition.name, ...refit, unread, proposal, written }, null, 2)}\n`,
      );
    else {
      const { records, out } = values;
      process.stdout.write(formatRefit({ definition, refit, proposal, unread, records, folder, out, written }));
    }
    return 0;
  },
};

function refusal(reason: string, { unreadable, outsidePeriod, first }: Unread, sample = 0): string {
  const lines = [
    `Nothing can be proposed: ${reason}.`,
    ...(unreadable > 0 ? [`Left out: ${counted(unreadable, 'line')} without a decision; ${first}.`] : []),
    ...(outsidePeriod > 0
      ? [`Left out: ${counted(outsidePeriod, 'decision')} of other times than --since and --until ask for.`]
      : []),
    ...(sample > 0 ? [] : ['With review: { sample: 0.02 }, reviewers would label some of what is automated.']),
  ];
  return `${lines.join('\n')}\n`;
}
