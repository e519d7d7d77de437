import { parseArgs } from 'node:util';
import { MODES } from '../../core/decision/decision';
import { suggest } from '../../core/suggest';
import { findAddress } from '../api/address';
import { callApi } from '../api/call-api';
import { type Command, UsageError } from './usage';

interface Answer {
  readonly mode: string;
  readonly pinned: boolean;
  readonly since: string | null;
  readonly reason: string | null;
}

export const modeCommand: Command = {
  summary: 'Show or set how much the pipeline decides alone; `mode halt` stops it',
  help: `Usage: plumbline mode [--api <url> | --pipeline <name>] [--json]
       plumbline mode <${MODES.join('|')}> --reason <text> [--no-pin]
       plumbline mode release --reason <text>

  normal       automates what the policy allows
  cautious     automates only what is far from the policy's boundary
  review_all   a person makes every decision
  fallback     the model is not asked; the fallback chain decides
  halt         answers 503, decides nothing: the kill switch

A mode that is set stays until it is released, unless --no-pin lets the pipeline move on from it by itself.

  --reason <text>      why; it is recorded and announced
  --no-pin             do not pin it
  --api <url>          the pipeline's API for machines (the output ApiUrl of its stack), asked with the AWS credentials
                       of the environment; default: the API that \`npm start\` has written to .plumbline/local.json
  --pipeline <name>    which of the pipelines in .plumbline/local.json; default: the only one
  --json               print the API's answer
`,
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        reason: { type: 'string' },
        'no-pin': { type: 'boolean' },
        api: { type: 'string' },
        pipeline: { type: 'string' },
        json: { type: 'boolean' },
      },
      allowPositionals: true,
    });
    const [wanted] = positionals;
    if (positionals.length > 1) throw new UsageError(this.help);
    const known = [...MODES, 'release'];
    if (wanted !== undefined && !known.includes(wanted))
      throw new UsageError(`There is no mode "${wanted}"; there is ${known.join(', ')}.${suggest(wanted, known)}`);
    if (wanted !== undefined && !values.reason)
      throw new UsageError('Say why, with --reason: it is recorded with the change and announced.');
    const address = findAddress(values, process.env, process.cwd());
    const pin = values['no-pin'] ? { pinned: false } : {};
    const called =
      wanted === undefined
        ? await callApi(address, 'GET', '/status')
        : await callApi(address, 'PUT', '/mode', {
            ...(wanted === 'release' ? { release: true } : { mode: wanted, ...pin }),
            reason: values.reason,
          });
    if ('failed' in called) {
      process.stderr.write(`${called.failed}\n`);
      return 1;
    }
    process.stdout.write(values.json ? `${JSON.stringify(called.body, null, 2)}\n` : text(called.body as Answer));
    return 0;
  },
};

function text({ mode, pinned, since, reason }: Answer): string {
  const pin = pinned ? ', pinned until released' : mode === 'normal' ? '' : ', returns by itself once all is well';
  return `${mode}${pin}\n${since === null ? '' : `since ${since}: ${reason}\n`}`;
}
