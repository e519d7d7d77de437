import { LEAST_ROWS, type WindowFindings, evaluateWindow } from './evaluate';
import type { Partial } from './partial';
import type { DriftStore } from './ports';
import { type DriftSettings, closableWindows } from './settings';

/** How far back a window with few rows looks for more. */
const MOST_EARLIER = 5;

/**
 * Closes every window that is due, judges it and has it announced. A crash at any point is repaired by the next run:
 * sealing is final, judging is a function of what was sealed, and the cursor moves last.
 */
export async function closeWindows(
  settings: DriftSettings,
  store: DriftStore,
  now: number,
  announce: (findings: WindowFindings, partial: Partial) => Promise<void>,
): Promise<number> {
  const { baseline, windowMs } = settings;
  const windows = closableWindows(settings, now, await store.cursor());
  for (const window of windows) {
    const partial = await store.seal(window);
    const earlier: Partial[] = [];
    for (let rows = partial.ids.length, i = 1; rows > 0 && rows < LEAST_ROWS && i <= MOST_EARLIER; i++) {
      const before = await store.seal(window - i * windowMs);
      earlier.push(before);
      rows += before.ids.length;
    }
    const findings = evaluateWindow(baseline, { window, windowMs, partial, earlier });
    await announce(findings, partial);
    await store.save(findings);
  }
  return windows.length;
}
