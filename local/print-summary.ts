import { styleText } from 'node:util';
import type { Decide } from '../core/pipeline/definition';
import { type Costs, riskControlsOf } from '../core/policy/policy';
import { promiseOf } from '../core/policy/risk-control';
import type { Estimate } from '../core/simulation/report';
import type { LocalInfo } from './local-info';
import type { Summary } from './summary';

const bold = (text: string) => styleText('bold', text);
const dim = (text: string) => styleText('dim', text);
const percent = (share: number) => `${(share * 100).toFixed(1)} %`;

/** The table that a run ends with. */
export function formatSummary(
  { applications, decisions, lost, double, routes, outcomes, totalMs, unseen }: Summary,
  { costs, policy }: Decide,
): string {
  const [promise] = riskControlsOf(policy.kind === 'segments' ? policy.otherwise : policy).map(promiseOf);
  const wrong = Object.values(unseen.wrong).reduce((sum, n) => sum + n, 0) / (unseen.automated * unseen.rows);
  const complete = decisions === applications && lost === 0 && double === 0;
  const mark = complete ? styleText('green', '✓') : styleText('red', '✗');
  const row = (label: string, value: string, note = '') =>
    `  ${label.padEnd(26)}${value.padStart(9)}   ${dim(note)}`.trimEnd();
  const share = (count = 0) => percent(count / applications);
  const bar = (count = 0) => styleText('cyan', '█'.repeat(Math.round((count / applications) * 30)));
  const routeRows = [
    ['approved automatically', outcomes.approve],
    ['declined automatically', outcomes.decline],
    ['waiting for a person', routes.review],
    ['safe default', routes.safe_default],
  ] as const;
  return [
    '',
    `${mark} ${bold(`${decisions} of ${applications} applications, each exactly one decision`)}  ${dim(`(${lost} lost, ${double} double)`)}`,
    '',
    ...routeRows.map(([label, count = 0]) =>
      `  ${label.padEnd(26)}${String(count).padStart(9)}   ${share(count).padStart(6)}  ${bar(count)}`.trimEnd(),
    ),
    ...(routes.heuristic
      ? [dim(`  of these ${routes.heuristic} by the fallback heuristic, for the model gave no answer`)]
      : []),
    '',
    row(
      'time to decide, p50',
      `${totalMs.p50} ms`,
      `p95 ${totalMs.p95} ms, longest ${totalMs.max} ms; inside the functions, on this machine`,
    ),
    '',
    `  ${bold('What it is worth')}, on the ${unseen.rows} applications that the model never saw`,
    `  ${dim(`cost of an application: ${inWords(costs)}`)}`,
    '',
    row('this pipeline', unseen.costPerApplication.toFixed(3), `${percent(unseen.automated)} automated`),
    row(
      'best single threshold',
      unseen.bestThreshold.costPerApplication.toFixed(3),
      `${interval(unseen.bestThreshold.difference)}; at ${unseen.bestThreshold.threshold.toFixed(3)}, chosen in hindsight on these rows`,
    ),
    row('a person reviews all', unseen.allReview.costPerApplication.toFixed(3), interval(unseen.allReview.difference)),
    '',
    row(
      'wrong, of the automated',
      percent(wrong),
      `${Object.entries(unseen.wrong)
        .map(([outcome, n]) => `${n} to ${outcome}`)
        .join(', ')}${promise ? `; promised: ${promise}` : ''}`,
    ),
    '',
    `  ${dim(`${unseen.asSimulated} of these ${unseen.rows} were decided as plumbline simulate had foretold${unseen.sampled > 0 ? `, ${unseen.sampled} drawn for a blind review, counted here as foretold` : ''}`)}`,
    '',
  ].join('\n');
}

/** What is wrong and what is asked has its price; what is right costs nothing and is left out. */
function inWords({ review, ...outcomes }: Costs): string {
  const parts = Object.entries(outcomes).flatMap(([outcome, byLabel]) =>
    Object.entries(byLabel).flatMap(([label, cost]) => (cost === 0 ? [] : [`${cost} to ${outcome} a ${label} one`])),
  );
  return [...parts, `${review} for a review`].join(', ');
}

const signed = (x: number) => `${x < 0 ? '−' : '+'}${Math.abs(x).toFixed(3)}`;
/** How much more it costs, with the 95 % interval. */
const interval = ({ mean, low, high }: Estimate) => `${signed(mean)} (${signed(low)} to ${signed(high)})`;

/** Where everything is, and what to try next. */
export function formatAddresses(
  { pipelines, credentials, region, endpointUrl, console: people }: LocalInfo,
  home: string,
): string {
  const { apiUrl, peopleApiUrl } = pipelines['credit-risk']!;
  const triage = pipelines['mail-triage']!;
  const reviewer = people.users.find(({ username }) => username === 'reviewer');
  return [
    `  ${bold('It stays up')} until Ctrl-C. Addresses, credentials and users are in ${home}/local.json.`,
    '',
    `  machines  ${apiUrl}`,
    `  people    ${peopleApiUrl}  ${dim(`(sign in as ${reviewer?.username ?? 'reviewer'})`)}`,
    `  mails     ${triage.apiUrl}  ${dim('(the machines of mail-triage)')}`,
    `  AWS       ${endpointUrl}`,
    '',
    `  ${dim('Try:')}`,
    `  curl -s --aws-sigv4 aws:amz:${region}:execute-api --user ${credentials.accessKeyId}:${credentials.secretAccessKey} \\`,
    `    ${apiUrl}/status`,
    `  npx plumbline prompt eval examples/mail-triage --data examples/mail-triage/data/mails.jsonl --version 1 --version 2`,
    '',
  ].join('\n');
}
