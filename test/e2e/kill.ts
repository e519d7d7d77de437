import { readFileSync, readdirSync } from 'node:fs';
import type { PipelineInfo } from '../../local/local-info';

/**
 * The processes in which the emulator runs a function, which is named by a part of its name: it runs each as a child
 * whose environment is the function's.
 */
export const functionProcesses = ({ stackName }: PipelineInfo, part: string): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      const [, name = ''] = /AWS_LAMBDA_FUNCTION_NAME=([^\0]+)/.exec(environmentOf(pid)) ?? [];
      return name.startsWith(stackName) && name.includes(part);
    })
    .map(Number);

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    // It has ended, or is not ours to look at.
    return '';
  }
}
