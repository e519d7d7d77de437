/** What has become of the intake's dead letters. */
export interface RedriveResult {
  readonly found: number;
  readonly redriven: number;
  /** How many there are, by code. */
  readonly codes: Readonly<Record<string, number>>;
  /** Keys of those that were put back, or would be if it were no dry run, by code. */
  readonly keys: Readonly<Record<string, readonly string[]>>;
  /** Those that cannot be put back, by cause: `NO_BODY`, or `UNREADABLE` for what the intake did not write. */
  readonly left: Readonly<Record<string, number>>;
}

/** Keys that are told of each code. */
const SHOWN = 5;

export function redriveText({ found, codes, keys, left }: RedriveResult, dryRun: boolean): string {
  const done = dryRun ? 'would be put back' : 'put back';
  const lines = Object.entries(codes)
    .toSorted(([, a], [, b]) => b - a)
    .map(([code, n]) => {
      const of = keys[code] ?? [];
      const which = of.length === 0 ? 'stays' : `${of.length === n ? '' : `${of.length} `}${done}: ${list(of)}`;
      const returns = code === 'MALFORMED_JSON' ? ' (it can never be read: put back, it comes here again)' : '';
      return `  ${code.padEnd(24)}${String(n).padStart(6)}  ${which}${returns}`;
    });
  const all = Object.values(keys).flat().length;
  const title = `${all} of ${found} in the dead-letter queue ${done}${dryRun ? ': a dry run' : ''}`;
  return [title, ...lines, ...leftText(left), ''].join('\n');
}

/** Undefined where there are letters with the code, or none at all. */
export function noSuchCode(code: string, { found, codes }: RedriveResult): string | undefined {
  if (found === 0 || Object.hasOwn(codes, code)) return undefined;
  const letters = found === 1 ? 'letter' : 'letters';
  return `None of the ${found} ${letters} has the code ${code}; there is ${Object.keys(codes).join(', ')}.\n`;
}

/** Quoted: whoever may send chooses keys. */
function list(keys: readonly string[]): string {
  const shown = keys.slice(0, SHOWN).map((key) => JSON.stringify(key));
  return shown.join(', ') + (keys.length > SHOWN ? ` and ${keys.length - SHOWN} more` : '');
}

const WHY: Readonly<Record<string, string>> = {
  NO_BODY: 'have no body to put back: only their sender can send them again',
  UNREADABLE: 'were not written by the intake',
  GONE: 'of decisions that are no longer there',
  FAILED: 'could still not be read',
  UNNAMED: 'were given up by Lambda without naming decisions: see the runbook',
};

/** A line for each cause for which something stays in a dead-letter queue. */
export const leftText = (left: Readonly<Record<string, number>>): string[] =>
  Object.entries(left).map(([cause, n]) => `  ${n} ${WHY[cause] ?? cause}`);
