import { NotNow } from '../../core/intake/settle';
import { logError, logInfo } from './log';

/** Logs that something comes again: what it waits for, or, where it failed, the error. */
export function logReturn(message: string, error: unknown, fields: Record<string, string | number>): void {
  if (error instanceof NotNow) logInfo(message, { ...fields, code: error.code });
  else logError(message, error, fields);
}
