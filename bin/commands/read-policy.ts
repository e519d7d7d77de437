import { readFileSync } from 'node:fs';
import type { Policy } from '../../core/policy/policy';
import { isFile } from '../history/read-json';
import { UsageError } from './usage';

/** A policy given as JSON, or as a file that holds some; `check` finds what is wrong with it. */
export function readPolicy(given: string): Policy {
  const text = isFile(given) ? readFileSync(given, 'utf8') : given;
  try {
    return JSON.parse(text) as Policy;
  } catch (error) {
    throw new UsageError(`--policy ${given} is neither a file nor JSON: ${(error as Error).message}`);
  }
}
