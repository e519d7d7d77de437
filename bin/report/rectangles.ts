import type { CustomSeriesOption } from 'echarts';

export interface Rectangle {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  readonly color: string;
  /** @default 1 */
  readonly opacity?: number;
}

/** Bars whose place and breadth are values of the axes. */
export const rectangles = (bars: readonly Rectangle[]): CustomSeriesOption => ({
  type: 'custom',
  data: bars.map(({ x, y }) => [...x, ...y]),
  encode: { x: [0, 1], y: [2, 3] },
  renderItem: ({ dataIndex }, api) => {
    const [left, bottom] = api.coord([api.value(0), api.value(2)]) as [number, number];
    const [right, top] = api.coord([api.value(1), api.value(3)]) as [number, number];
    return {
      type: 'rect',
      shape: { x: left, y: Math.min(top, bottom), width: right - left, height: Math.abs(bottom - top) },
      style: { fill: bars[dataIndex]!.color, opacity: bars[dataIndex]!.opacity ?? 1 },
    };
  },
});
