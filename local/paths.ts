import { join } from 'node:path';

export const ROOT = join(__dirname, '..');
/** What a run leaves behind: environment, logs, addresses. Never committed. */
export const HOME = process.env.PLUMBLINE_HOME ?? join(ROOT, '.plumbline');
export const VENV_BIN = join(ROOT, '.plumbline', 'venv', process.platform === 'win32' ? 'Scripts' : 'bin');
export const inHome = (...names: string[]): string => join(HOME, ...names);
export const inRoot = (...names: string[]): string => join(ROOT, ...names);
