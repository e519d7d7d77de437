import { styleText } from 'node:util';
import type { Judgement } from './ledger';

/** What a fault did, in figures. */
export interface Line extends Judgement {
  readonly fault: string;
  /** How often the fault struck; null where it is nothing that strikes, such as a load. */
  readonly struck: number | null;
  /** From the fault's end until answers are as without it; null where they were not in time. */
  readonly recoverySeconds: number | null;
  /** From the fault's end until all was done that was promised. */
  readonly settledSeconds: number;
  readonly notes: readonly string[];
}

/** A fault that could not be run to its end. */
export interface Broken {
  readonly fault: string;
  readonly error: string;
}

/** Whether all promises were kept, and by more than nothing having been asked, accepted or broken. */
export const kept = (line: Line | Broken): boolean =>
  !('error' in line) &&
  line.lost + line.duplicated + line.wrong === 0 &&
  line.accepted > 0 &&
  line.accepted === line.answeredInDeadline &&
  line.struck !== 0 &&
  line.recoverySeconds !== null;

const NAME_WIDTH = 42;
const COLUMNS = ['struck', 'accepted', 'in time', 'lost', 'twice', 'wrong', 'recovery', 'settled', 'p50', 'p99'];
export const HEADER = `\n  ${''.padEnd(NAME_WIDTH)}${COLUMNS.map((name) => name.padStart(10)).join('')}\n`;

/** The line for a person, and below it what the figures do not say. */
export function row(line: Line | Broken): string {
  const name = `${kept(line) ? styleText('green', '✓') : styleText('red', '✗')} ${line.fault.padEnd(NAME_WIDTH)}`;
  if ('error' in line) return `${name}  ${line.error}\n`;
  const told = (value: number | null, unit = '') => (value === null ? '–' : `${value}${unit}`);
  const cells = [
    told(line.struck),
    `${line.accepted}/${line.requests}`,
    told(line.answeredInDeadline),
    told(line.lost),
    told(line.duplicated),
    told(line.wrong),
    line.recoverySeconds === null ? 'never' : told(line.recoverySeconds, ' s'),
    told(line.settledSeconds, ' s'),
    told(line.clientP50Ms, ' ms'),
    told(line.clientP99Ms, ' ms'),
  ];
  const below = [
    ...line.notes,
    ...Object.entries(line.refused).map(([what, n]) => `never accepted: ${n} × ${what}`),
    ...(line.decidedUnheard > 0 ? [`decided all the same: ${line.decidedUnheard}`] : []),
    ...Object.entries(line.emulator).map(([what, n]) => `the emulator itself: ${n} × ${what}`),
  ];
  return [name + cells.map((cell) => cell.padStart(10)).join(''), ...below.map((text) => `    ${text}`), ''].join('\n');
}
