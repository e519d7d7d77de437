import { styleText } from 'node:util';
import { compilePipeline } from '../core/pipeline/compile';
import type { PipelineDefinition } from '../core/pipeline/definition';
import { makeArtifact } from '../core/pipeline/make-artifact';
import { Differences } from '../core/simulation/estimate';
import type { Estimate } from '../core/simulation/report';
import { RowCosts } from '../core/simulation/row-costs';
import type { Mail } from '../examples/mail-triage/data/mails';
import type { Sent } from './send';

/** What became of the mails of a run, and what that cost by the truth that the data set knows. */
export interface MailSummary {
  readonly mails: number;
  readonly decisions: number;
  readonly lost: number;
  readonly double: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly totalMs: { readonly p50: number; readonly p95: number; readonly max: number };
  /** Mean cost of a mail: a review costs its price and is then right. */
  readonly costPerMail: number;
  /** How much more a mail would cost if all were delivered, or all reviewed. */
  readonly allDelivered: Estimate;
  readonly allReviewed: Estimate;
  /** Ham that was discarded. */
  readonly hamLost: number;
}

/** What a mail costs by its outcome; null is a review. */
function costsOf(definition: PipelineDefinition): (mail: Mail, outcome: string | null) => number {
  const { outcomes, labels } = definition.decide;
  const pipeline = compilePipeline(makeArtifact(definition));
  const prices = pipeline.prices({ input: pipeline.toCelInput({}), features: pipeline.toCelFeatures({}) })!;
  return ({ label }, outcome) => {
    const costs = prices.costs.map((byLabel) => byLabel[labels.indexOf(label)]!);
    return new RowCosts(outcomes, costs, prices.review, 1).of(outcome);
  };
}

export function summarizeMails(
  definition: PipelineDefinition,
  mails: readonly Mail[],
  sent: readonly Sent[],
): MailSummary {
  const costOf = costsOf(definition);
  const recorded = sent.flatMap(({ decision, recorded: now }, i) =>
    decision && now?.id === decision.id ? [{ decision, mail: mails[i]! }] : [],
  );
  const ids = new Set(recorded.map(({ decision }) => decision.id));
  const times = recorded.map(({ decision }) => decision.timings.totalMs).sort((a, b) => a - b);
  const quantile = (q: number) => times[Math.min(times.length - 1, Math.floor(q * times.length))] ?? 0;
  const outcomes: Record<string, number> = {};
  const [delivered, reviewed] = [new Differences(), new Differences()];
  let [cost, hamLost] = [0, 0];
  for (const { decision, mail } of recorded) {
    const outcome = decision.status === 'pending_review' ? null : decision.outcome;
    outcomes[outcome ?? 'pending'] = (outcomes[outcome ?? 'pending'] ?? 0) + 1;
    const ours = costOf(mail, outcome);
    cost += ours;
    delivered.add(costOf(mail, 'deliver') - ours);
    reviewed.add(costOf(mail, null) - ours);
    hamLost += Number(outcome === 'discard' && mail.label === 'ham');
  }
  return {
    mails: mails.length,
    decisions: ids.size,
    lost: mails.length - recorded.length,
    double: recorded.length - ids.size,
    outcomes,
    totalMs: { p50: quantile(0.5), p95: quantile(0.95), max: times.at(-1) ?? 0 },
    costPerMail: cost / Math.max(1, recorded.length),
    allDelivered: delivered.estimate(),
    allReviewed: reviewed.estimate(),
    hamLost,
  };
}

const dim = (text: string) => styleText('dim', text);
const signed = (x: number) => `${x < 0 ? '−' : '+'}${Math.abs(x).toFixed(3)}`;
const more = ({ mean, low, high }: Estimate) => `${signed(mean)} (${signed(low)} to ${signed(high)})`;

/** The table that the run's second part ends with. */
export function formatMails({ mails, decisions, lost, double, outcomes, totalMs, ...of }: MailSummary): string {
  const complete = decisions === mails && lost === 0 && double === 0;
  const mark = complete ? styleText('green', '✓') : styleText('red', '✗');
  const bar = (count: number) => styleText('cyan', '█'.repeat(Math.round((count / mails) * 30)));
  const share = (count: number) => `${((100 * count) / mails).toFixed(1)} %`;
  const row = (label: string, value: string, note = '') =>
    `  ${label.padEnd(26)}${value.padStart(9)}   ${dim(note)}`.trimEnd();
  const rows = [
    ['delivered', 'deliver'],
    ['put into quarantine', 'quarantine'],
    ['discarded', 'discard'],
    ['waiting for a person', 'pending'],
  ] as const;
  return [
    '',
    `${mark} ${styleText('bold', `${decisions} of ${mails} mails, each exactly one decision`)}  ${dim(`(${lost} lost, ${double} double)`)}`,
    `  ${dim('The language model is a stand-in here: a small classifier of spam behind the same wire format.')}`,
    '',
    ...rows.map(([label, outcome]) => {
      const count = outcomes[outcome] ?? 0;
      return `  ${label.padEnd(26)}${String(count).padStart(9)}   ${share(count).padStart(6)}  ${bar(count)}`.trimEnd();
    }),
    '',
    row('time to decide, p50', `${totalMs.p50} ms`, `p95 ${totalMs.p95} ms, longest ${totalMs.max} ms`),
    row('cost of a mail', of.costPerMail.toFixed(3), `${of.hamLost} ham discarded`),
    row('  if all were delivered', '', more(of.allDelivered)),
    row('  if all were reviewed', '', more(of.allReviewed)),
    '',
  ].join('\n');
}
