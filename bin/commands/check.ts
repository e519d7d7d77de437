import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { checkDefinition } from '../../core/pipeline/check';
import { makeArtifact } from '../../core/pipeline/make-artifact';
import { DefinitionError } from '../../core/problem';
import { loadDefinition } from './load-definition';
import { type Command, UsageError } from './usage';

export const checkCommand: Command = {
  summary: 'List every problem of a pipeline definition',
  help: `Usage: plumbline check <pipeline folder or file> [--out <artifact.json>] [--json]

Checks the definition that pipeline.ts exports by default, as synth does.
Exits with 0 when it can be deployed, with 1 and all its problems when not.

  --out <file.json>   write its artifact, which can be deployed again when the definition has moved on:
                      definePipeline(artifact.definition) has the same version
  --json   print { "name", "version", "problems": [{ "code", "path", "message" }] }
`,
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { json: { type: 'boolean' }, out: { type: 'string' } },
      allowPositionals: true,
    });
    if (positionals.length !== 1) throw new UsageError(this.help);
    const definition = loadDefinition(positionals[0]!);
    const problems = checkDefinition(definition);
    const version = problems.length === 0 ? makeArtifact(definition).version : null;
    if (values.out !== undefined && version !== null)
      writeFileSync(values.out, `${JSON.stringify({ version, definition })}\n`);
    if (values.json)
      process.stdout.write(`${JSON.stringify({ name: definition.name ?? null, version, problems }, null, 2)}\n`);
    else if (version) process.stdout.write(`${definition.name} can be deployed (${version}).\n`);
    else process.stderr.write(new DefinitionError(definition.name, problems).message);
    return problems.length === 0 ? 0 : 1;
  },
};
