import type { Explained } from '../../core/explanation/explanation';
import { bar, costTexts, percent, probabilityOf, signed, signedBar, valueText } from './figures';
import { bold, dim, less, more, widest } from './text-style';

const OPTION_WIDTH = 36;

/** What each option costs in expectation, as aligned bars. */
export function formatOptions({ options, optionsMissing, policy }: Explained, ruled: boolean): string[] {
  if (optionsMissing === 'COST_UNRESOLVED') return [bold('Options'), dim('  a cost has no value')];
  if (!options) return [];
  const names = options.map(({ option }) => option);
  const costs = costTexts(options.map(({ expectedCost }) => expectedCost));
  const most = Math.max(...options.map(({ expectedCost }) => expectedCost));
  const chosen = policy?.outcome ?? 'review';
  const segment = policy?.segment === undefined ? '' : `, in segment "${policy.segment}"`;
  return [
    `${bold('Options')}  ${dim(`expected cost${segment}`)}`,
    ...options.map(({ option, expectedCost }, i) => {
      const label = `${option.padEnd(widest(names))}  ${costs[i]!.padStart(widest(costs))}`;
      const drawn = bar(most === 0 ? 0 : expectedCost / most, OPTION_WIDTH);
      if (option !== chosen) return `  ${label}  ${dim(drawn)}`;
      return `  ${bold(label)}  ${less(drawn)}  ${dim(ruled ? 'the policy would choose it' : 'the policy’s choice')}`;
    }),
  ];
}

/** From the middle to either side. */
const EFFECT_WIDTH = 9;

const NOTHING_ATTRIBUTED: Record<NonNullable<Explained['attributionsMissing']>, string> = {
  NO_SCORE: 'the model gave no score',
  NO_TREES: 'the definition does not hold the model, so nothing can be attributed',
  ANOTHER_MODEL: 'the model in the definition scores this otherwise than the one that answered, so it cannot tell',
};

/** What moved the score up and down, the strongest first. */
export function formatEffects({ attributions, attributionsMissing }: Explained): string[] {
  if (!attributions) return [bold('What moved the score'), dim(`  ${NOTHING_ATTRIBUTED[attributionsMissing!]}`)];
  const { label, scale, base, effects, others } = attributions;
  const all = [
    ...effects.map(({ feature, value, effect }) => ({
      name: value === null ? `${feature} is missing` : `${feature} = ${valueText(value)}`,
      effect,
    })),
    { name: 'all others together', effect: others },
  ];
  const most = Math.max(...all.map(({ effect }) => Math.abs(effect)));
  const width = widest(all.map(({ name }) => name));
  const sum = all.reduce((total, { effect }) => total + effect, base);
  const what = scale === 'probability log-odds' ? 'probability' : 'model’s own score';
  return [
    `${bold(`What moved the ${what} of ${label}`)}  ${dim(`from ${percent(probabilityOf(base))}, where nothing is known, to ${percent(probabilityOf(sum))}`)}`,
    ...all.map(({ name, effect }) => {
      const { left, right } = signedBar(most === 0 ? 0 : effect / most, EFFECT_WIDTH);
      return `  ${name.padEnd(width)}  ${signed(effect)}  ${less(left)}${more(right)}  ${dim(oddsText(effect))}`;
    }),
  ];
}

function oddsText(effect: number): string {
  const times = Math.exp(Math.abs(effect)).toFixed(2);
  return times === '1.00' ? 'odds about the same' : `odds ${times} times ${effect < 0 ? 'lower' : 'higher'}`;
}
