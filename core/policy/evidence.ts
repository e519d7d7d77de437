import type { Curve } from './guarantee';

/** How a policy without its risk control did on labelled history. */
export interface Evidence {
  /** Hash of all that it was measured under: another model, calibration, cost or rule makes it void. */
  readonly measured: string;
  /** Labelled requests, whatever became of them. */
  readonly rows: number;
  /** By segment; those of none are under `all`. */
  readonly curves: Readonly<Record<string, Curve>>;
}
