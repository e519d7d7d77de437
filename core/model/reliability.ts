import type { Reliability } from '../simulation/report';
/** stub until the real one lands */
export const reliabilityOf = () => {
  let n = 0;
  let b = 0;
  return {
    add(p: number, positive: boolean) {
      n++;
      b += (p - Number(positive)) ** 2;
    },
    figures: (): Reliability => ({ rows: n, brier: b / n, logLoss: 0, ece: 0, auc: 0.5, bins: [] }),
  };
};
