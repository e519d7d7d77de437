import { UnreachableError } from './api/reach';
import { baselineCommand } from './commands/baseline';
import { cacheCommand } from './commands/cache';
import { calibrateCommand } from './commands/calibrate';
import { certifyCommand } from './commands/certify';
import { checkCommand } from './commands/check';
import { diffCommand } from './commands/diff';
import { driftCommand } from './commands/drift';
import { explainCommand } from './commands/explain';
import { forgetCommand } from './commands/forget';
import { guardCommand } from './commands/guard';
import { modeCommand } from './commands/mode';
import { promptCommand } from './commands/prompt';
import { redriveCommand } from './commands/redrive';
import { refitCommand } from './commands/refit';
import { replayCommand } from './commands/replay';
import { reportCommand } from './commands/report';
import { restoreCommand } from './commands/restore';
import { simulateCommand } from './commands/simulate';
import { UsageError } from './commands/usage';

const COMMANDS = {
  check: checkCommand,
  baseline: baselineCommand,
  drift: driftCommand,
  calibrate: calibrateCommand,
  certify: certifyCommand,
  simulate: simulateCommand,
  refit: refitCommand,
  diff: diffCommand,
  explain: explainCommand,
  report: reportCommand,
  prompt: promptCommand,
  guard: guardCommand,
  cache: cacheCommand,
  mode: modeCommand,
  redrive: redriveCommand,
  replay: replayCommand,
  restore: restoreCommand,
  forget: forgetCommand,
};

const HELP = `plumbline: decision pipelines on AWS

Usage: plumbline <command> [options]

Commands:
${Object.entries(COMMANDS)
  .map(([name, { summary }]) => `  ${name.padEnd(12)}${summary}`)
  .join('\n')}

plumbline <command> --help tells more about each.
Exit codes: 0 done, 1 the command found problems, 2 wrong usage.
`;

async function main([name = '', ...args]: string[]): Promise<number> {
  if (name === '' || name === '--help' || name === '-h') {
    process.stdout.write(HELP);
    return name === '' ? 2 : 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name as keyof typeof COMMANDS] : undefined;
  if (!command) throw new UsageError(`There is no command "${name}".\n\n${HELP}`);
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(command.help);
    return 0;
  }
  return command.run(args);
}

// Whoever reads no further, as `head`, has what they wanted.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

/** A file that cannot be written where the command was told to. */
const isUnwritable = ({ code = '', syscall }: NodeJS.ErrnoException): boolean =>
  syscall === 'open' && ['ENOENT', 'EACCES', 'EISDIR', 'ENOTDIR', 'EROFS', 'EPERM'].includes(code);

main(process.argv.slice(2)).then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    const usage =
      error instanceof UsageError ||
      (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS') ||
      isUnwritable(error as NodeJS.ErrnoException);
    const { message, stack = String(error) } = error as Error;
    process.stderr.write(`${usage || error instanceof UnreachableError ? message : stack}\n`);
    process.exitCode = usage ? 2 : 1;
  },
);
