import { readFileSync } from 'node:fs';
import { functionProcesses } from '../../test/e2e/kill';
import type { FaultStack } from './stack';

/**
 * The processes in which our emulator runs a function, which is named by a part of its name. Others of the same names
 * may run beside it, such as those of `npm start`: ours are in the emulator's process group.
 */
export const ownProcesses = ({ services, pipeline }: FaultStack, part: string): number[] =>
  functionProcesses(pipeline, part).filter((pid) => groupOf(pid) === services.emulator.pid);

/** Undefined where the process has ended. */
export function groupOf(pid: number): number | undefined {
  try {
    // After the command, which may hold anything in its brackets: state, parent, group.
    return Number(
      readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ')[2],
    );
  } catch {
    return undefined;
  }
}
