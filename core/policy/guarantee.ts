export interface Curve {
  readonly rows: number;
}
export declare function chooseThreshold(
  curve: Curve,
  o: { of: 'errors' | 'cost'; alpha: number; delta: number; horizon?: number },
): { threshold: number } | { unsupported: string };
