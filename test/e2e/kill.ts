import { readFileSync, readdirSync } from 'node:fs';
import type { PipelineInfo } from '../../local/local-info';

/**
 * Kills the processes in which the emulator runs a function (named by a part of its name), as they are; says how many.
 * It runs each as a child whose environment is the function's.
 */
export function killFunction({ stackName }: PipelineInfo, part: string): number {
  let killed = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const [, name = ''] = /AWS_LAMBDA_FUNCTION_NAME=([^\0]+)/.exec(environmentOf(pid)) ?? [];
    if (!name.startsWith(stackName) || !name.includes(part)) continue;
    process.kill(Number(pid), 'SIGKILL');
    killed++;
  }
  return killed;
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    // It has ended, or is not ours to look at.
    return '';
  }
}
