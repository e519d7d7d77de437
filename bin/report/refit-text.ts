import type { LeftOut, Refit } from '../../core/learning/refit';
import { REVIEW, type Stratum } from '../../core/learning/group';
import type { PipelineDefinition } from '../../core/pipeline/definition';
import type { Band, PlainPolicy, Policy } from '../../core/policy/policy';
import type { Reliability } from '../../core/model/reliability';
import type { Estimate } from '../../core/simulation/report';
import type { Proposal } from '../commands/write-proposal';
import { bold, dim, less, mark, more, warning, widest } from '../explain/text-style';
import { count, counted, fixed, interval, percent, signed } from './format';

/** What was read and not counted. */
export interface Unread {
  readonly outsidePeriod: number;
  /** Lines that hold no decision, and the first of them. */
  readonly unreadable: number;
  readonly first: string | undefined;
}

export interface RefitText {
  readonly definition: PipelineDefinition;
  readonly refit: Refit;
  readonly proposal: Proposal;
  readonly unread: Unread;
  /** The recorded decisions and the pipeline, as they were named. */
  readonly records: string;
  readonly folder: string;
  /** Where the proposal was written, and its files. */
  readonly out: string | undefined;
  readonly written: readonly string[];
}

/** What `plumbline refit` prints. */
export function formatRefit(text: RefitText): string {
  const { definition, refit, proposal } = text;
  const sections = [
    header(text),
    labels(refit),
    error(refit),
    calibration(refit.reliability),
    change(refit),
    bands(definition.decide.policy, proposal.policy),
    conclusion(text),
  ];
  const lines = sections.filter((section) => section.length > 0).map((section) => section.join('\n'));
  return `\n${lines.join('\n\n')}\n\n`;
}

const LEFT_OUT: Record<LeftOut, string> = {
  FORGOTTEN: 'forgotten',
  OTHER_PIPELINE: 'of another pipeline',
  NO_POLICY: 'that no policy made, but a rule, a missing feature or the fallback chain',
  OTHER_OUTCOME: 'with an outcome that the definition does not have',
  OTHER_MODEL: 'that another model scored',
};

function header({ definition, refit, unread }: RefitText): string[] {
  const { decisions, period, versions, leftOut } = refit;
  const of = counted(Object.keys(versions).length, 'version');
  const day = (at: string) => at.slice(0, 10);
  const causes = [
    ...Object.entries(leftOut).map(([cause, n]) => `${counted(n, 'decision')} ${LEFT_OUT[cause as LeftOut]}`),
    ...(unread.outsidePeriod > 0 ? [`${counted(unread.outsidePeriod, 'decision')} of other times`] : []),
  ];
  return [
    `${bold(definition.name)}  ${counted(decisions, 'decision')} of the policy, ${day(period.from)} to ${day(period.to)}  ${dim(`by ${of} of the definition`)}`,
    ...causes.map((cause) => dim(`  left out: ${cause}`)),
    ...(unread.unreadable > 0
      ? [warning(`  left out: ${counted(unread.unreadable, 'line')} without a decision; ${unread.first}`)]
      : []),
  ];
}

/** What is known of the decisions, by what became of them. */
function labels({ strata, labels: used }: Refit): string[] {
  const kinds = [...new Set(strata.map(({ decided }) => decided))].map((decided) => {
    const own = strata.filter((stratum) => stratum.decided === decided);
    const sum = (of: 'rows' | 'labels') => own.reduce((total, stratum) => total + stratum[of], 0);
    return { decided, rows: sum('rows'), labels: sum('labels'), random: own.every(({ random }) => random) };
  });
  const names = kinds.map(({ decided }) => (decided === REVIEW ? 'left to people' : `${decided}, automatically`));
  const width = Math.max(28, widest(names));
  const unsure = kinds.filter(({ decided, labels: known, random }) => decided !== REVIEW && (known === 0 || !random));
  return [
    `  ${bold('What is known')}${dim(`${'decisions'.padStart(width - 2)}${'labels'.padStart(9)}`)}`,
    ...kinds.map((kind, i) => {
      const counts = `${count(kind.rows).padStart(9)}${count(kind.labels).padStart(9)}`;
      return `    ${names[i]!.padEnd(width)}${counts}   ${originOf(kind)}`;
    }),
    ...(used < kinds.reduce((sum, kind) => sum + kind.labels, 0)
      ? [dim(`    ${count(used)} of the labels, drawn at random, are enough and are used`)]
      : []),
    ...(unsure.length > 0
      ? [
          warning(
            '    with review: { sample: 0.02 }, two in a hundred of these are reviewed blindly, and tell without bias',
          ),
        ]
      : []),
  ];
}

/** Where labels come from, and so what they are worth. */
function originOf({ decided, rows, labels: known, random }: Stratum): string {
  if (known === 0) return warning('nothing is known');
  if (!random) return warning('as reported, which may be biased');
  if (known === rows) return dim('all of them');
  return dim(decided === REVIEW ? 'what reviewers decided' : 'a random sample, reviewed blindly');
}

function error({ automatedError: { measured, estimated, unlabelled }, verdict }: Refit): string[] {
  const title = `  ${bold('Wrong, of the automated')}`;
  if (estimated === null) return [title, dim('    nothing was automated')];
  const promises = measured && verdict !== 'unproven' ? promisesOf(estimated, measured) : '';
  const line = (name: string, share: number | null, note: string) =>
    `    ${name.padEnd(28)}${percent(share).padStart(9)}   ${note}`.trimEnd();
  return [
    title,
    line('measured on labels', measured?.mean ?? null, measured ? dim(interval(measured, percent)) : ''),
    line('estimated without labels', estimated, `${dim('from the probabilities alone (CBPE)')}${promises}`),
    ...(unlabelled > 0
      ? [warning(`    ${counted(unlabelled, 'decision')} of a kind of which no label is known are not in it`)]
      : []),
  ];
}

/** What a share of errors that the probabilities foretell says of them, beside the measured one. */
function promisesOf(estimated: number, { low, high }: Estimate): string {
  if (estimated < low) return warning('; they promise too much');
  return estimated > high ? warning('; they promise too little') : '';
}

function calibration({ current, proposed }: Refit['reliability']): string[] {
  const line = (name: string, { logLoss, brier, ece }: Reliability) =>
    `    ${name.padEnd(28)}${[logLoss, brier, ece].map((x) => fixed(x, 4).padStart(9)).join('')}`;
  return [
    `  ${bold('Calibration')}${dim(`${'log loss'.padStart(28)}${'Brier'.padStart(9)}${'ECE'.padStart(9)}`)}`,
    line('as it is', current),
    line('proposed', proposed),
  ];
}

function change({ change: { cost, flipped, automated, automatedError }, verdict }: Refit): string[] {
  const line = (name: string, from: string, to: string, difference: string) =>
    `    ${name.padEnd(28)}${from.padStart(9)} → ${to.padEnd(9)}${difference}`.trimEnd();
  const { from, to, difference } = automatedError;
  const points = (value: number) => `${value > 0 ? '+' : ''}${fixed(100 * value, 1)}`;
  const painted = verdict === 'cheaper' ? less : verdict === 'dearer' ? more : (plain: string) => plain;
  return [
    `  ${bold('What the proposal would change')}  ${dim('each label by a proposal made without it; 95 % intervals')}`,
    `    ${'cost of a decision'.padEnd(28)}${painted(signed(cost.mean).padStart(9))}   ${dim(interval(cost, signed))}`,
    line('automated', percent(automated.from), percent(automated.to), ''),
    line(
      'wrong, of these',
      percent(from?.mean ?? null),
      percent(to?.mean ?? null),
      difference ? dim(`${points(difference.mean)} points, ${interval(difference, points)}`) : '',
    ),
    `    ${'decided otherwise'.padEnd(28)}${percent(flipped).padStart(9)}`,
  ];
}

/** The bands that have moved, by segment. */
function bands(from: Policy, to: Policy | undefined): string[] {
  if (to === undefined) return [];
  const before = bandsOf(from);
  const rows = bandsOf(to).flatMap(({ segment, outcome, band }, i) => {
    const old = bandText(before[i]!.band);
    return old === bandText(band)
      ? []
      : [{ name: segment === '' ? outcome : `${segment}: ${outcome}`, old, now: bandText(band) }];
  });
  return [
    `  ${bold('Bands of the probability')}`,
    ...rows.map(({ name, old, now }) => `    ${name.padEnd(28)}${old.padStart(9)} → ${now}`),
  ];
}

function bandsOf(policy: Policy): { segment: string; outcome: string; band: Band }[] {
  const plain = (own: PlainPolicy, segment: string): ReturnType<typeof bandsOf> => {
    if (own.kind === 'allOf') return own.policies.flatMap((part) => plain(part, segment));
    if (own.kind !== 'thresholds') return [];
    return Object.entries(own.bands).map(([outcome, band]) => ({ segment, outcome, band }));
  };
  if (policy.kind !== 'segments') return plain(policy, '');
  return [...policy.segments.flatMap(({ id, policy: own }) => plain(own, id)), ...plain(policy.otherwise, 'otherwise')];
}

const bandText = ({ from, below }: Band): string =>
  [from === undefined ? '' : `from ${from}`, below === undefined ? '' : `below ${below}`].filter(Boolean).join(' and ');

function conclusion({ refit: { verdict }, proposal, records, folder, out, written }: RefitText): string[] {
  const verdicts = {
    cheaper: `${mark(true)} ${bold('The proposal is better:')} it would cost less, by more than chance explains.`,
    'within noise': `${bold('No reason to change:')} the difference in cost is within noise.`,
    dearer: `${bold('No reason to change:')} the proposal would cost more.`,
    unproven: `${mark(null)} ${bold('Nothing is proven:')} of too many decisions no label is known that was drawn at random.`,
  };
  const promised = proposal.evidence !== undefined && verdict !== 'cheaper' && verdict !== 'unproven';
  return [
    `  ${verdicts[verdict]}`,
    ...(promised ? ['  Its evidence is new all the same: it tells what risk control can promise now.'] : []),
    ...(out === undefined
      ? [dim('  --out <folder> writes the proposal.')]
      : [
          `  Written to ${out}: ${written.join(', ')}.`,
          dim(`  To see what would flip:   plumbline diff ${folder} ${out} --records ${records}`),
          dim(`  To take it over, put its JSON in place of that which ${folder} imports.`),
        ]),
  ];
}
