import { styleText } from 'node:util';
import type { BusinessImpact, Figures } from '../../core/business/impact';
import { cost, count, percent, printable, span } from './format';

/** What a pipeline has been worth, in words. */
export function impactText({ pipeline, from, until, total, days, recoveries }: BusinessImpact): string {
  if (from === null || until === null)
    return `\n  ${pipeline} has counted nothing in this time. Windows close a minute and a half after they begin.\n\n`;
  const widest = Math.max(...days.map(({ day }) => day.length));
  return [
    '',
    `  ${styleText('bold', pipeline)}, ${from.slice(0, 16).replace('T', ' ')} to ${until.slice(0, 16).replace('T', ' ')} UTC`,
    '',
    ...sentences(total).map((sentence) => `  ${sentence}`),
    '',
    styleText(
      'dim',
      `  ${'day'.padEnd(widest)}${['decisions', 'automated', 'expected', 'realized', 'avoided'].map((name) => name.padStart(11)).join('')}`,
    ),
    ...days.map(
      (day) =>
        `  ${day.day}${[
          count(day.decisions),
          percent(day.automation),
          day.expectedCost === null ? '–' : cost(day.expectedCost),
          day.realizedCost === null ? '–' : cost(day.realizedCost.mean),
          day.avoided === null ? '–' : cost(day.avoided),
        ]
          .map((cell) => cell.padStart(11))
          .join('')}`,
    ),
    '',
    ...recoveries.map(
      ({ from: began, minutes, worst, reason, byItself }) =>
        `  ${began.slice(0, 16).replace('T', ' ')}  ${worst}, ${minutes === null ? 'still' : span(minutes)}: ${printable(reason)}${byItself ? '' : ' (by an operator)'}`,
    ),
    ...(recoveries.length > 0 ? [''] : []),
    '',
  ].join('\n');
}

/** The total as one tells it. */
export function sentences({
  decisions,
  routes,
  automation,
  expectedCost,
  avoided,
  realizedCost,
  estimatedError,
  overrides,
  unanswered,
  reviewCost,
  reviewMinutes,
  infrastructure,
}: Figures): string[] {
  const reviews = routes.review ?? 0;
  return [
    `${count(decisions)} decisions, ${percent(automation)} of them made by the pipeline alone; ${count(reviews)} given to people${reviewCost === null ? '' : `, which cost ${cost(reviewCost)} (in the unit of the definition’s costs)`}.`,
    ...(expectedCost === null
      ? []
      : [
          `A decision is expected to cost ${cost(expectedCost)}${avoided === null ? '' : `; had people decided everything, all of it would have cost ${cost(Math.abs(avoided))} ${avoided >= 0 ? 'more' : 'less'}`}.`,
        ]),
    ...(realizedCost === null
      ? ['Of no decision is the truth known yet: report it, and costs are measured rather than expected.']
      : [`Of ${count(realizedCost.decisions)} the truth is known: they cost ${cost(realizedCost.mean)} each.`]),
    ...(estimatedError === null
      ? []
      : [`Of what it decides alone, ${percent(estimatedError)} is wrong by the model’s own word.`]),
    ...(overrides === null
      ? []
      : [`People who decided ${count(overrides.samples)} of these blindly differed in ${percent(overrides.share)}.`]),
    ...(reviewMinutes === null
      ? []
      : [
          `People made ${count(reviewMinutes.reviews)} reviews, at ${span(reviewMinutes.mean)} each from claim to decision.`,
        ]),
    ...(unanswered > 0 ? [`${count(unanswered)} decisions had to do without the model.`] : []),
    `AWS took about ${infrastructure.toFixed(2)} $ by list prices, the model’s endpoint and fixed costs left out.`,
  ];
}
