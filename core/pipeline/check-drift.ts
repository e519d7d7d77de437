import { isSignal, partsOf } from '../drift/baseline';
import { baselineFault } from '../drift/check-baseline';
import type { Scope } from '../rules/expressions';
import { suggest } from '../suggest';
import type { Problems } from './check-problems';
import { within } from './check-times';
import type { AnnouncedChange, Drift, PipelineDefinition } from './definition';
import { durationMs } from './duration';

const DAY = 86_400_000;
const HOUR = DAY / 24;
const SEGMENT = /^[A-Za-z][A-Za-z0-9_-]{0,39}$/;
/** What a window's shard holds of features must fit beside the ids in one item of the table. */
const MOST_WATCHED = 200;
const MOST_BINS = 8_000;
/** Whoever leaves a change announced for longer wants a new baseline. */
const LONGEST_CHANGE = 92 * DAY;

export function checkDrift({ drift }: PipelineDefinition, scope: Scope, problems: Problems): void {
  if (drift === undefined) return;
  if (drift.baseline === undefined) problems.add('MISSING_PART', 'drift.baseline', 'is required.');
  else {
    const fault = baselineFault(drift.baseline);
    if (fault)
      problems.add('BASELINE', 'drift.baseline', `${fault}. \`npx plumbline baseline\` measures one from your data.`);
    else checkNames(drift, scope, problems);
  }
  within(problems, 'drift.window', drift.window, 60_000, DAY, 'between 1m and 24h');
  within(problems, 'drift.lateness', drift.lateness, 1_000, HOUR, 'between 1s and 1h');
  const windowMs = durationMs(drift.window);
  // Windows are added up to hours, and these to days.
  if (windowMs !== undefined && windowMs % 60_000 !== 0)
    problems.add('DRIFT_WINDOW', 'drift.window', `${drift.window} must be whole minutes, as alarms look at those.`);
  else if (windowMs !== undefined && (windowMs < HOUR ? HOUR % windowMs : windowMs % HOUR || DAY % windowMs) !== 0)
    problems.add(
      'DRIFT_WINDOW',
      'drift.window',
      `${drift.window} must divide an hour, or be whole hours that divide a day: 1m, 5m, 15m, 1h, 6h.`,
    );
  if (drift.baseline?.season !== undefined && windowMs !== undefined && windowMs > HOUR)
    problems.add(
      'DRIFT_WINDOW',
      'drift.window',
      `${drift.window} is longer than the hours that the baseline tells apart: with a season at most 1h.`,
    );
  inRange(problems, 'drift.falseAlarmsPerMonth', drift.falseAlarmsPerMonth, 0.001, 100);
  inRange(problems, 'drift.floor', drift.floor, 0, 10);
  for (const [id, when] of Object.entries(drift.segments ?? {})) {
    const path = `drift.segments.${id}`;
    if (!SEGMENT.test(id))
      problems.add('SEGMENT_ID', path, 'must begin with a letter and have at most 40 of A-Z, a-z, 0-9, _ and -.');
    problems.cel(scope, when, path, 'bool');
  }
}

/** What is named must be in the baseline, or nothing would ever be found. */
function checkNames(
  { baseline, segments = {}, critical = [], changes = [] }: Drift,
  scope: Scope,
  problems: Problems,
): void {
  const names = Object.keys(baseline.features);
  const known = [...new Set(names.map((name) => partsOf(name).feature))];
  if (names.length > MOST_WATCHED)
    problems.add(
      'BASELINE',
      'drift.baseline',
      `has ${names.length} features, those of segments included; at most ${MOST_WATCHED} can be watched. Watch fewer segments.`,
    );
  const bins = Object.values(baseline.features).reduce((sum, { counts }) => sum + counts.length + 2, 0);
  if (bins > MOST_BINS)
    problems.add(
      'BASELINE',
      'drift.baseline',
      `has ${bins} bins in all, those of segments included; at most ${MOST_BINS} can be counted. Watch fewer segments, or features with fewer categories.`,
    );
  const scoped = [...Object.keys(scope.input), ...Object.keys(scope.features), ...(scope.protected ?? [])];
  for (const name of names) {
    const { segment, feature } = partsOf(name);
    if (!isSignal(feature) && !scoped.includes(feature))
      problems.add(
        'BASELINE',
        'drift.baseline',
        `has "${feature}", which is no input and no feature.${suggest(feature, scoped)} Measure it again.`,
      );
    if (segment !== undefined && !Object.hasOwn(segments, segment))
      problems.add(
        'BASELINE',
        'drift.baseline',
        `has "${name}", and drift.segments has no "${segment}".${suggest(segment, Object.keys(segments))} Measure it again.`,
      );
  }
  for (const id of Object.keys(segments))
    if (!names.some((name) => partsOf(name).segment === id))
      problems.add(
        'BASELINE',
        `drift.segments.${id}`,
        'is not in the baseline: `npx plumbline baseline` measures segments as well.',
      );
  const inBaseline = (name: string, path: string, from: readonly string[]) => {
    if (!from.includes(name))
      problems.add(
        'UNKNOWN_FEATURE',
        path,
        `"${name}" is not in the baseline, whose names are bare.${suggest(name.replace(/^(input|features)\./, ''), from)}`,
      );
  };
  const plain = known.filter((name) => !isSignal(name));
  critical.forEach((name, i) => inBaseline(name, `drift.critical[${i}]`, plain));
  changes.forEach((change, i) => {
    const path = `drift.changes[${i}]`;
    checkChange(change, path, problems);
    change.features?.forEach((name, j) => inBaseline(name, `${path}.features[${j}]`, known));
  });
}

function checkChange({ from, until, reason }: AnnouncedChange, path: string, problems: Problems): void {
  const begin = Date.parse(from);
  const end = Date.parse(until);
  for (const [name, at] of Object.entries({ from: begin, until: end }))
    if (Number.isNaN(at)) problems.add('TIME', `${path}.${name}`, 'must be a time such as 2026-12-01T00:00:00Z.');
  if (end <= begin || end - begin > LONGEST_CHANGE)
    problems.add('TIME', `${path}.until`, `must be after from, and at most 92 days after it.`);
  if (typeof reason !== 'string' || reason === '')
    problems.add('MISSING_PART', `${path}.reason`, 'is required: what is going to change?');
}

function inRange(problems: Problems, path: string, given: unknown, least: number, most: number): void {
  if (given !== undefined && !(typeof given === 'number' && given >= least && given <= most))
    problems.add('RANGE', path, `must be a number from ${least} to ${most}, got ${JSON.stringify(given)}.`);
}
