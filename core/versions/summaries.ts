import { createHash } from 'node:crypto';
import { canonicalJson } from '../canonical-json';
import type { Baseline } from '../drift/baseline';
import type { Calibration } from '../model/calibration';
import type { XgboostJson } from '../model/xgboost';
import type { PolicyEvidence } from '../policy/policy-evidence';

/** The parts of a definition that are data rather than text, by path: what of each matters to a reader. */
const SUMMARIES: Readonly<Record<string, (part: never) => Readonly<Record<string, unknown>>>> = {
  'model.trees': ({ learner }: XgboostJson) => ({ trees: learner.gradient_booster.model.trees.length }),
  'model.calibration': (calibration: Calibration) =>
    calibration.method === 'platt' ? calibration : { method: calibration.method, knots: calibration.x.length },
  'drift.baseline': ({ rows, features }: Baseline) => ({ rows, features: Object.keys(features).length }),
  'decide.evidence': ({ segments }: PolicyEvidence) => ({
    rows: Object.fromEntries(Object.entries(segments).map(([id, { errors }]) => [id, errors[0]!.rows])),
  }),
};

export const isSummarized = (path: string): boolean => Object.hasOwn(SUMMARIES, path);

/** A part of a definition, with a few figures and a short hash in the place of each large one. */
export function summarize(path: string, part: unknown): unknown {
  if (isSummarized(path)) return { ...SUMMARIES[path]!(part as never), hash: shortHash(part) };
  const inside = Object.keys(SUMMARIES).some((other) => other.startsWith(`${path}.`));
  if (!inside || part === null || typeof part !== 'object') return part;
  return Object.fromEntries(Object.entries(part).map(([name, member]) => [name, summarize(`${path}.${name}`, member)]));
}

const shortHash = (part: unknown): string =>
  createHash('sha256').update(canonicalJson(part)).digest('hex').slice(0, 12);
