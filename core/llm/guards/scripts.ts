import type { GuardAnswer } from './run-guards';

/** Fewer letters say nothing. */
const FEWEST_LETTERS = 20;
const NAME = /^[A-Z][A-Za-z_]{1,30}$/;

/** What finds the letters of a Unicode script; undefined where there is none of that name. */
export function scriptNamed(name: string): RegExp | undefined {
  try {
    return NAME.test(name) ? new RegExp(`\\p{Script=${name}}`, 'gu') : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The share of letters of other scripts than those allowed. It does not tell languages apart: a few words decide nothing
 * in a mail of two lines, and an injection is caught by what it says.
 */
export function scriptsGuard(allowed: readonly string[]): (text: string) => GuardAnswer {
  const scripts = allowed.flatMap((name) => scriptNamed(name) ?? []);
  return (text) => {
    const letters = text.match(/\p{L}/gu)?.join('') ?? '';
    const known = scripts.reduce((sum, script) => sum + (letters.match(script)?.length ?? 0), 0);
    const all = [...letters].length;
    return { score: all < FEWEST_LETTERS ? 0 : 1 - known / all, code: 'script' };
  };
}
