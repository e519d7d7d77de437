/** The command line was wrong; the message says what to write instead. */
export class UsageError extends Error {}

export interface Command {
  readonly summary: string;
  readonly help: string;
  /** Gives the exit code. */
  run(args: readonly string[]): Promise<number>;
}
