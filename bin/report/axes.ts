import type { TitleComponentOption } from 'echarts';

/** From where to where an axis runs, and where its ticks are. */
export interface Scale {
  readonly min: number;
  readonly max: number;
  readonly interval: number;
}

/** Round bounds around the values and zero, with about as many ticks as asked for. */
export function scaleOver(values: readonly number[], ticks = 4): Scale {
  const finite = values.filter(Number.isFinite);
  const low = Math.min(0, ...finite);
  const high = Math.max(0, ...finite) || (low < 0 ? 0 : 1);
  const rough = (high - low) / ticks;
  const power = 10 ** Math.floor(Math.log10(rough));
  const interval = power * [1, 2, 2.5, 5, 10].find((step) => step * power >= rough * 0.999)!;
  return {
    min: Math.floor(low / interval + 1e-9) * interval,
    max: Math.ceil(high / interval - 1e-9) * interval,
    interval,
  };
}

/** Shares from 0 to 100 %. */
export const SHARES: Scale = { min: 0, max: 1, interval: 0.25 };

/** Writes ticks with as many decimals as the interval has; large ones as `20K`, for which there is room. */
export function tick({ interval }: Scale): (value: number) => string {
  const decimals = String(Number(interval.toPrecision(3))).split('.')[1]?.length ?? 0;
  const digits: Intl.NumberFormatOptions =
    interval < 10_000
      ? { minimumFractionDigits: decimals, maximumFractionDigits: decimals }
      : { notation: 'compact', maximumFractionDigits: 1 };
  return (value) => value.toLocaleString('en-US', digits).replace('-', '−');
}
export const percentTick = (value: number): string => `${Number((100 * value).toFixed(2))} %`;

const LABEL = { color: 'var(--muted)', fontSize: 12 };

/** An axis of numbers. Its ticks are named in `format`; the y axis is named above the plot, by `above()`. */
export const valueAxis = (scale: Scale, format: (value: number) => string = tick(scale)) => ({
  type: 'value' as const,
  ...scale,
  axisLine: { show: false },
  axisTick: { show: false },
  axisLabel: { ...LABEL, formatter: format, margin: 8, hideOverlap: true },
  splitLine: { lineStyle: { color: 'var(--grid)', width: 1 } },
});

/** A horizontal axis of numbers, with its name below it. */
export const bottomAxis = (name: string, scale: Scale, format?: (value: number) => string) => ({
  ...valueAxis(scale, format),
  ...below(name),
  axisLine: { show: true, onZero: false, lineStyle: { color: 'var(--axis)', width: 1 } },
  axisTick: { show: true, length: 4, lineStyle: { color: 'var(--axis)' } },
  splitLine: { show: false },
});

/** The name of a horizontal axis. */
export const below = (name: string) => ({
  name,
  nameLocation: 'middle' as const,
  nameGap: 30,
  nameTextStyle: { color: 'var(--muted)', fontSize: 12 },
});

/** The name of a vertical axis, above it and level, where it is read first. */
export const above = (text: string, top = 0, left = 0): TitleComponentOption => ({
  text,
  top,
  left,
  padding: 0,
  textStyle: { color: 'var(--ink)', fontSize: 12.5, fontWeight: 600, lineHeight: 16 },
});
