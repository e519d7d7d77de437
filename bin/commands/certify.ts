import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { checkDefinition } from '../../core/pipeline/check';
import type { PipelineDefinition } from '../../core/pipeline/definition';
import { EVERYTHING } from '../../core/policy/compile-policy';
import { chooseThreshold } from '../../core/policy/guarantee';
import { type PlainPolicy, riskControlsOf } from '../../core/policy/policy';
import type { PolicyEvidence } from '../../core/policy/policy-evidence';
import { promiseOf } from '../../core/policy/risk-control';
import { DefinitionError } from '../../core/problem';
import { Certification } from '../../core/simulation/certify';
import { withProgress } from '../history/progress';
import { historyReader } from '../history/read-history';
import { readRows, readSelection } from '../history/read-rows';
import { scorerOf } from '../history/scorer';
import { loadDefinition } from './load-definition';
import { type Command, UsageError } from './usage';
import { treesOf } from '../../core/pipeline/fields';

export const certifyCommand: Command = {
  summary: 'Measure the evidence that risk control needs',
  help: `Usage: plumbline certify <pipeline folder> --data <file> [options]

Measures on labelled history what the policy would decide alone, and how often that was wrong, and writes
evidence.json: riskControl(…) promises no more than it supports. The rows must be ones that neither the model nor its
calibration was fitted on, or be scored out of fold.

  --data <file>           CSV with a header, or JSON Lines (.jsonl)
  --rows <file.json>[:<member>]
                          only these rows: a JSON array of row numbers, from 0
  --scores <file.json>    the model's raw scores, one a row; default: the trees in the definition score each row
  --out <file.json>       where to write; default: evidence.json in the pipeline folder
`,
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        data: { type: 'string' },
        rows: { type: 'string' },
        scores: { type: 'string' },
        out: { type: 'string' },
      },
      allowPositionals: true,
    });
    const [folder] = positionals;
    if (positionals.length !== 1 || !folder || !values.data) throw new UsageError(this.help);
    const definition = loadDefinition(folder);
    // The evidence itself is what is made here.
    const problems = checkDefinition(definition).filter(({ code }) => !code.startsWith('EVIDENCE_'));
    if (problems.length > 0) throw new UsageError(new DefinitionError(definition.name, problems).message);

    const certification = new Certification(definition, scorerOf(treesOf(definition.model), values.scores));
    let read: ReturnType<typeof historyReader> | undefined;
    for await (const { cells, columns, number } of withProgress(
      'Measuring',
      readRows(values.data, readSelection(values.rows)),
    )) {
      read ??= historyReader(definition, values.data, columns);
      const row = read(cells);
      if (!('skipped' in row)) certification.add(number, row);
    }
    const evidence = certification.evidence();
    const out = values.out ?? join(resolve(folder), 'evidence.json');
    writeFileSync(out, `${JSON.stringify(evidence)}\n`);
    process.stdout.write(`${out}\n\n${describe(definition, evidence)}`);
    return 0;
  },
};

/** What the evidence supports of each promise that the policy makes. */
function describe({ decide: { policy } }: PipelineDefinition, { segments }: PolicyEvidence): string {
  const parts: (readonly [string, PlainPolicy])[] =
    policy.kind === 'segments'
      ? [...policy.segments.map(({ id, policy: own }) => [id, own] as const), [EVERYTHING, policy.otherwise]]
      : [[EVERYTHING, policy]];
  const lines = parts.flatMap(([segment, own]) =>
    riskControlsOf(own).map((control) => {
      const evidence = segments[segment]![control.of]!;
      const choice = chooseThreshold(evidence, control);
      const supported =
        'unsupported' in choice
          ? `not supported: ${choice.unsupported}. Everything is reviewed.`
          : `supported from a sureness of ${choice.threshold.toFixed(4)} on: ${choice.automated} of ${evidence[0]!.rows} rows, ${choice.wrong} of them wrong.`;
      return `  ${segment}: ${promiseOf(control)}\n    ${supported}\n`;
    }),
  );
  return lines.length > 0 ? lines.join('') : '  The policy has no risk control; nothing is promised.\n';
}
