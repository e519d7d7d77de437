import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'plumbline-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

export const scratchPath = (name: string): string => join(folder, name);

/** Writes a file for this test file; its path. */
export function scratchFile(name: string, content: string): string {
  writeFileSync(scratchPath(name), content);
  return scratchPath(name);
}
