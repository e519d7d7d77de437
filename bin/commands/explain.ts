import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { isDecisionId } from '../../core/decision/id';
import { findAddress } from '../api/address';
import { callApi } from '../api/call-api';
import { type Answer, asAnswer } from '../explain/answer';
import { formatExplanation } from '../explain/explanation-text';
import { type Command, UsageError } from './usage';

export const explainCommand: Command = {
  summary: 'Tell why a decision was made',
  help: `Usage: plumbline explain <decision id> [--api <url> | --pipeline <name>] [--json]
       plumbline explain --record <file.json> [--json]

Tells which rules matched or nearly did, what each option would have cost, and what moved the score.
The pipeline works it out again from the decision's record; this asks it, and prints.

  --api <url>          the pipeline's API for machines (the output ApiUrl of its stack), asked with the AWS credentials
                       of the environment; default: the API that \`npm start\` has written to .plumbline/local.json
  --pipeline <name>    which of the pipelines in .plumbline/local.json; default: the only one
  --record <file>      a saved answer of GET /decisions/{id}, instead of asking
  --json               print that answer, the explanation in it
`,
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        api: { type: 'string' },
        pipeline: { type: 'string' },
        record: { type: 'string' },
        json: { type: 'boolean' },
      },
      allowPositionals: true,
    });
    const [id] = positionals;
    if ((id === undefined) === (values.record === undefined) || positionals.length > 1) throw new UsageError(this.help);
    const found = id === undefined ? readRecord(values.record!) : await ask(id, values);
    if ('failed' in found) {
      process.stderr.write(`${found.failed}\n`);
      return 1;
    }
    const { answer } = found;
    process.stdout.write(values.json ? `${JSON.stringify(answer, null, 2)}\n` : formatExplanation(answer));
    return 0;
  },
};

type Found = { readonly answer: Answer } | { readonly failed: string };

async function ask(id: string, options: { readonly api?: string; readonly pipeline?: string }): Promise<Found> {
  if (!isDecisionId(id)) throw new UsageError(`${id} is no decision's id: these have 26 digits and capital letters.`);
  const asked = await callApi(findAddress(options, process.env, process.cwd()), 'GET', `/decisions/${id}`);
  if ('failed' in asked) return asked;
  const { forgotten } = asked.body as { forgotten?: { at: string } };
  if (forgotten) return { failed: `What ${id} rested on was erased at ${forgotten.at}: nothing is left to explain.` };
  const answer = asAnswer(asked.body);
  return answer ? { answer } : { failed: 'The API answered no explanation. Is it one of an older release?' };
}

function readRecord(file: string): Found {
  if (!existsSync(file)) throw new UsageError(`There is no file ${file}.`);
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    return { failed: `${file} is no JSON: ${(error as Error).message}` };
  }
  const answer = asAnswer(content);
  return answer ? { answer } : { failed: `${file} is no answer of GET /decisions/{id}: it has no explanation.` };
}
