import type { ModeChange } from '../control/mode-state';
import { MODE_RANK } from '../control/mode-rule';
import type { Mode } from '../decision/decision';

/** A time in which the pipeline did less by itself than it normally does. */
export interface Recovery {
  /** ISO 8601. */
  readonly from: string;
  /** Null while it lasts. */
  readonly until: string | null;
  readonly minutes: number | null;
  /** The mode that was furthest from normal. */
  readonly worst: Mode;
  /** Why it began. */
  readonly reason: string;
  /** Whether nobody had to do anything. */
  readonly byItself: boolean;
}

/** From leaving `normal` until it is `normal` again. `changes` may come in any order. */
export function recoveriesOf(changes: readonly ModeChange[]): Recovery[] {
  const recoveries: Recovery[] = [];
  let open: ModeChange[] = [];
  for (const change of [...changes].sort((a, b) => a.version - b.version)) {
    if (open.length === 0 && change.to === 'normal') continue;
    open.push(change);
    if (change.to === 'normal') {
      recoveries.push(recoveryOf(open, change));
      open = [];
    }
  }
  return open.length === 0 ? recoveries : [...recoveries, recoveryOf(open, undefined)];
}

function recoveryOf(changes: readonly ModeChange[], end: ModeChange | undefined): Recovery {
  const [first] = changes as readonly [ModeChange, ...ModeChange[]];
  const worst = changes.reduce((a, b) => (MODE_RANK[b.to] > MODE_RANK[a.to] ? b : a)).to;
  return {
    from: first.at,
    until: end?.at ?? null,
    minutes: end ? (Date.parse(end.at) - Date.parse(first.at)) / 60_000 : null,
    worst,
    reason: first.reason,
    byItself: changes.every(({ by }) => by === 'plumbline'),
  };
}
