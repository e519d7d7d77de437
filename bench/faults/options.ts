import { parseArgs } from 'node:util';

export const HELP = `Usage: npm run faults [-- options]

  --json             a JSON line a fault
  --only <names>     only faults whose names begin so, by commas
  --requests <n>     requests a fault, of different applicants; default 500, at most 600
  --findings         what was lost, duplicated or wrong, one by one
  --help             this
`;

export interface Options {
  readonly json: boolean;
  readonly findings: boolean;
  readonly requests: number;
  /** In the order of the matrix. */
  readonly faults: readonly string[];
}

/** The other applicants of the 700 show whether a fault is over. */
const MOST_REQUESTS = 600;

/** What was asked for, or why it cannot be had: a run of nothing would pass. */
export function readOptions(
  args: readonly string[],
  faults: readonly string[],
): Options | 'help' | { readonly problem: string } {
  let values;
  try {
    ({ values } = parseArgs({ args: [...args], options: KNOWN }));
  } catch (error) {
    return { problem: `${(error as Error).message}\n${HELP}` };
  }
  if (values.help) return 'help';
  const requests = Number(values.requests);
  if (!Number.isInteger(requests) || requests < 1 || requests > MOST_REQUESTS)
    return { problem: `--requests ${values.requests} is no whole number from 1 to ${MOST_REQUESTS}.\n` };
  const starts = values.only?.split(',').map((name) => name.trim());
  const unknown = starts?.find((start) => start === '' || !faults.some((name) => name.startsWith(start)));
  if (unknown !== undefined)
    return { problem: `No fault begins with ${JSON.stringify(unknown)}. There are:\n  ${faults.join('\n  ')}\n` };
  return {
    json: values.json,
    findings: values.findings,
    requests,
    faults: faults.filter((name) => !starts || starts.some((start) => name.startsWith(start))),
  };
}

const KNOWN = {
  json: { type: 'boolean', default: false },
  only: { type: 'string' },
  requests: { type: 'string', default: '500' },
  findings: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;
