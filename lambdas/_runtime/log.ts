/** Structured log lines. Ids, codes and names only: never an input, a feature or a message that may hold one. */
export const logInfo = (message: string, fields: Record<string, string | number> = {}): void =>
  console.log(JSON.stringify({ level: 'info', message, ...fields }));

export function logError(message: string, error: unknown, fields: Record<string, string | number> = {}): void {
  const { name, stack } = error instanceof Error ? error : new Error(String(error));
  // The frames say where; the message may quote a value and stays out.
  const at = stack
    ?.split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, 6)
    .map((line) => line.trim());
  console.error(JSON.stringify({ level: 'error', message, error: name, at, ...fields }));
}
