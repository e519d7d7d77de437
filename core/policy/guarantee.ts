export interface Curve {
  readonly rows: number;
}
type Asked = { of: 'errors' | 'cost'; alpha: number; delta: number; horizon?: number };
/** Stands in until the real one is merged. */
export function chooseThreshold(_curve: Curve, _asked: Asked): { threshold: number } | { unsupported: string } {
  return { unsupported: 'no method yet' };
}
