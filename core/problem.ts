/** One fault of a definition: which rule it breaks, where, what was given and what to do. */
export interface Problem {
  readonly code: string;
  /** Where in the definition, as one would write it in TypeScript: `decide.rules[3].when`. */
  readonly path: string;
  readonly message: string;
}

/** The text that synth, CLI and tests print. */
export const formatProblems = (problems: readonly Problem[]): string =>
  problems.map(({ code, path, message }) => `${code} ${path}: ${message.replace(/\n/g, '\n  ')}`).join('\n');

/** A definition that cannot be deployed. Its message lists every problem. */
export class DefinitionError extends Error {
  constructor(
    name: string,
    readonly problems: readonly Problem[],
  ) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super(`Pipeline definition "${name}" has ${count}:\n\n${formatProblems(problems)}\n`);
    this.name = 'DefinitionError';
  }
}
