import { readFileSync, statSync } from 'node:fs';
import { UsageError } from '../commands/usage';

/** Reads a JSON file that the command line names. */
export function readJson(file: string): unknown {
  requireFile(file);
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`${file} is no JSON: ${(error as Error).message}`);
  }
}

export const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

export function requireFile(path: string): void {
  if (!isFile(path)) throw new UsageError(`There is no file ${path}.`);
}
