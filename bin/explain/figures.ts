const MOST_DECIMALS = 4;

/** Costs with as many decimals, all the same, as it takes to tell them apart; two at least. */
export function costTexts(costs: readonly number[]): readonly string[] {
  for (let digits = 2; ; digits++) {
    const texts = costs.map((cost) =>
      cost.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits }),
    );
    const told =
      new Set(texts).size === new Set(costs).size && costs.every((x, i) => x === 0 || Number(texts[i]) !== 0);
    if (told || digits === MOST_DECIMALS) return texts;
  }
}

export const percent = (share: number): string => `${(share * 100).toFixed(share >= 0.1 && share <= 0.9 ? 0 : 1)} %`;

export const probabilityOf = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds));

export const signed = (x: number): string => `${x < 0 ? '−' : '+'}${Math.abs(x).toFixed(2)}`;

/** A number without digits that tell nobody anything. */
export const numberText = (x: number): string => String(Number.isInteger(x) ? x : Number(x.toPrecision(6)));

/** A value as it would stand in a rule. */
export const valueText = (value: unknown): string =>
  typeof value === 'number' ? numberText(value) : JSON.stringify(value);

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A bar of a share of the width, to an eighth of a character. */
export function bar(share: number, width: number): string {
  const eighths = Math.round(share * width * 8);
  return '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8]!;
}

/** A bar from the middle of twice the width, to the left where the share is negative; to half a character. */
export function signedBar(share: number, width: number): { readonly left: string; readonly right: string } {
  const halves = Math.round(Math.abs(share) * width * 2);
  const whole = '█'.repeat(Math.floor(halves / 2));
  const half = halves % 2 === 1;
  return {
    left: (share < 0 ? `${half ? '▐' : ''}${whole}` : '').padStart(width),
    right: (share < 0 ? '' : `${whole}${half ? '▌' : ''}`).padEnd(width),
  };
}
