import { MODES, type Mode } from '../decision/decision';
import { unknownFields } from '../input/unknown-fields';
import type { InputProblem } from '../input/validate';
import type { ModeState } from './mode-state';

/** What an operator wants: a mode, pinned unless they say otherwise, or an end of the pin. */
export type ModeRequest =
  | { readonly mode: Mode; readonly pinned: boolean; readonly reason: string }
  | { readonly release: true; readonly reason: string };

/** Characters of a reason. */
export const MOST_REASON = 500;

/** Reads the body of PUT /mode; every fault where it is none. */
export function readModeRequest(
  body: Readonly<Record<string, unknown>>,
): { readonly request: ModeRequest } | { readonly problems: readonly InputProblem[] } {
  const { mode, release, pinned = true, reason } = body;
  const problems = unknownFields(body, ['mode', 'release', 'pinned', 'reason']);
  const refuse = (name: string, code: string, detail: string) => problems.push({ pointer: `/${name}`, code, detail });
  if ((mode === undefined) === (release === undefined)) refuse('mode', 'MODE', 'give either mode or release');
  if (mode !== undefined && !MODES.includes(mode as Mode)) refuse('mode', 'ENUM', `must be one of ${MODES.join(', ')}`);
  if (release !== undefined && release !== true) refuse('release', 'RELEASE', 'must be true');
  if (typeof pinned !== 'boolean') refuse('pinned', 'TYPE', 'must be true or false');
  if (release !== undefined && body.pinned !== undefined) refuse('pinned', 'PINNED', 'means nothing with release');
  if (!(typeof reason === 'string' && reason.trim() !== '' && reason.length <= MOST_REASON))
    refuse('reason', reason === undefined ? 'REQUIRED' : 'REASON', `must be a text of 1 to ${MOST_REASON} characters`);
  if (problems.length > 0) return { problems };
  const said = { reason: reason as string };
  return { request: release ? { release: true, ...said } : { mode: mode as Mode, pinned: pinned as boolean, ...said } };
}

/**
 * The mode and pin that a request leads to: released, a mode stays until the evaluation moves it. In `halt` nothing is
 * decided and so nothing measured: a release of it begins with caution. Undefined where there is nothing to release.
 */
export function wanted(
  request: ModeRequest,
  { mode, pinned }: ModeState,
): Pick<ModeState, 'mode' | 'pinned'> | undefined {
  if ('mode' in request) return { mode: request.mode, pinned: request.pinned };
  if (mode === 'halt') return { mode: 'cautious', pinned: false };
  return pinned ? { mode, pinned: false } : undefined;
}
