import { readFileSync } from 'node:fs';

/** A text to train on. Every label but "benign" is an attack. */
export interface Line {
  readonly text: string;
  readonly label: string;
  readonly kind?: string;
  readonly weight?: number;
}

export const readLines = (file: string): Line[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Line);
