import { shareOf } from '../../core/simulation/estimate';
import type { Line } from './lines';

/** A text that a network judged which had not been trained on it. */
export interface Judged extends Line {
  readonly kind: string;
  readonly fold: number;
  readonly real: boolean;
  /** Log-odds: of both tiers, and of the first alone. */
  readonly odds: number;
  readonly linear: number;
}

/** Prints what is stopped at a working point, and what it costs to let the first tier decide alone. */
export function report(judged: readonly Judged[], point: number): void {
  const print = (line: string) => process.stdout.write(`${line}\n`);
  const line = (name: string, rows: readonly Judged[], is: (row: Judged) => boolean) => {
    const { mean, low, high } = shareOf(rows.filter(is).length, rows.length);
    const percent = (x: number) => (100 * x).toFixed(1);
    print(
      `${name.padEnd(34)}${String(rows.length).padStart(6)}${percent(mean).padStart(7)} (${percent(low)}-${percent(high)})`,
    );
  };
  const stopped = ({ odds }: Judged) => odds >= point;
  print(`working point ${point.toFixed(3)}`);
  const groups = new Map<string, Judged[]>();
  for (const row of judged) {
    const of = row.fold < 0 ? 'development' : row.real ? 'real' : 'own';
    for (const name of [`${of}, ${row.label}`, `${of}, ${row.label}, ${row.kind}`])
      groups.set(name, [...(groups.get(name) ?? []), row]);
  }
  for (const [name, rows] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) line(name, rows, stopped);
  const own = judged.filter(({ fold }) => fold >= 0);
  const attacks = own.filter(({ label }) => label !== 'benign');
  const benign = own.filter(({ label }) => label === 'benign');
  for (const low of [-3, -2.5, -2, -1.5, -1]) {
    line(`below ${low}: attacks let go`, attacks, (row) => row.linear < low && stopped(row));
    line(`below ${low}: benign spared`, benign, (row) => row.linear < low);
  }
  for (const high of [1, 2, 3, 4]) {
    line(`from ${high}: attacks`, attacks, (row) => row.linear >= high);
    line(`from ${high}: benign stopped besides`, benign, (row) => row.linear >= high && !stopped(row));
  }
}
