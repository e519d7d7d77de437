import type { Problem } from '../problem';
import { type Scope, checkExpression } from '../rules/expressions';
import { suggest } from '../suggest';

/** Collects what a definition's checks find. */
export class Problems {
  readonly all: Problem[] = [];

  add(code: string, path: string, message: string): void {
    this.all.push({ code, path, message });
  }

  /** Checks a CEL expression; its type, or undefined when it has a problem. */
  cel(scope: Scope, source: string, path: string, ...expected: string[]): string | undefined {
    const checked = checkExpression(scope, source, path, expected);
    if ('type' in checked) return checked.type;
    this.all.push(checked.problem);
    return undefined;
  }

  /** `given` must be one of the `known`. */
  oneOf(code: string, path: string, given: unknown, known: readonly string[]): boolean {
    if (typeof given === 'string' && known.includes(given)) return true;
    this.add(code, path, `${JSON.stringify(given)} is none of ${known.join(', ')}.${suggest(String(given), known)}`);
    return false;
  }

  /** `given`, at `path` (empty for the definition itself), must have no other members than these. */
  known(given: object, path: string, members: readonly string[]): void {
    for (const name of Object.keys(given))
      if (!members.includes(name))
        this.add(
          'UNKNOWN_MEMBER',
          path === '' ? name : `${path}.${name}`,
          `is none of ${members.join(', ')}.${suggest(name, members)}`,
        );
  }

  /** Runs the checks of one part; a part of the wrong shape becomes a problem instead of an exception. */
  guard<T>(path: string, check: () => T): T | undefined {
    try {
      return check();
    } catch (error) {
      // A RangeError is a nesting that overflows the stack.
      if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
      this.add('SHAPE', path, `is not of the form that the type PipelineDefinition gives (${error.message}).`);
      return undefined;
    }
  }
}
