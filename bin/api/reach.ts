/** Nobody answers at an address. */
export class UnreachableError extends Error {
  constructor(url: string, error: unknown) {
    const { cause = error } = error as { cause?: unknown };
    // A name with several addresses fails with an error for each, and no message of its own.
    const { errors: [first] = [cause] } = cause as { errors?: unknown[] };
    const why = (first as Error).message || String(first);
    super(`${url} cannot be reached: ${why}${isLocal(url) ? '. Is npm start running?' : ''}`);
  }
}

/** What a fetch of the address gives. Throws an UnreachableError where nobody answers. */
export async function reach<T>(url: string, fetching: Promise<T>): Promise<T> {
  try {
    return await fetching;
  } catch (error) {
    throw new UnreachableError(url, error);
  }
}

const isLocal = (url: string): boolean => /^https?:\/\/(localhost|127(\.\d+){3}|\[::1\])(:|\/|$)/.test(url);
