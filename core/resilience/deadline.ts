/** How a request's deadline is shared out, in milliseconds. */
export interface Budget {
  /** The first read must be back so long after the handler's entry. */
  readonly read: number;
  /** One call of a model takes no longer. */
  readonly modelCall: number;
  /** The last model must have answered so long after the entry; what remains is for writing the record. */
  readonly model: number;
  readonly total: number;
}

/** Kept back for writing the record: a quarter of the deadline, at most one second. */
export const writeReserve = (deadlineMs: number): number => Math.min(1_000, Math.floor(deadlineMs / 4));

/**
 * By default a third is for reading, and what is left up to the write is shared by the `calls` of models that a
 * request may make one after the other.
 */
export function budgetOf(
  deadlineMs: number,
  given: { readonly read?: number | undefined; readonly model?: number | undefined; readonly calls?: number } = {},
): Budget {
  const model = deadlineMs - writeReserve(deadlineMs);
  const read = given.read ?? Math.floor(deadlineMs / 3);
  const { calls = 1 } = given;
  return {
    read,
    modelCall: given.model ?? (calls === 1 ? model : Math.floor((model - read) / calls)),
    model,
    total: deadlineMs,
  };
}

/** The promise's value, or `late` once the signal aborts: a port that ignores its signal cannot hold a request up. */
export function orElse<T>(promise: Promise<T>, signal: AbortSignal, late: T): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const abort = () => resolve(late);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
