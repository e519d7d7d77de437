import { type ClosedWindow, MAX_WINDOWS, type WindowFindings, evaluateWindow } from './evaluate';
import type { DriftStore } from './ports';
import { type DriftSettings, closableWindows } from './settings';

/**
 * Closes every window that is due, judges it and has it announced; says how many. A crash at any point is repaired by
 * the next run: sealing is final, judging is a function of what was sealed, and the cursor moves last.
 */
export async function closeWindows(
  settings: DriftSettings,
  store: DriftStore,
  now: number,
  announce: (findings: WindowFindings, closed: ClosedWindow) => Promise<void>,
): Promise<number> {
  const { baseline, windowMs } = settings;
  const due = closableWindows(settings, now, await store.cursor());
  for (const window of due) {
    const closed = await store.seal(window);
    const before = Array.from({ length: MAX_WINDOWS - 1 }, (_, i) => window - (i + 1) * windowMs);
    // An empty window has nothing to add to what was already judged.
    const earlier = closed.tally.rows > 0 ? await store.closed(before) : [];
    const findings = evaluateWindow(baseline, [closed, ...earlier], windowMs);
    // Kept before anybody can hear of it: the alarm's message is made from this.
    if (findings.drift > 0) await store.saveDrifted(findings);
    await announce(findings, closed);
    await store.moveCursor(window);
  }
  return due.length;
}
