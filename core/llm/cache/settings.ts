import type { Problems } from '../../pipeline/check-problems';
import { within } from '../../pipeline/check-times';
import type { DurationText } from '../../pipeline/definition';
import { isEndpointName } from '../../pipeline/endpoint-name';

/** Answers that are given again. Each tier is off unless it is named, and neither is for decisions about people. */
export interface Caching {
  /** The same input gets the same answer. @default - off */
  readonly exact?: { readonly ttl: DurationText };
  /** An input that says the same in English gets the same answer. Needs `exact`. @default - off */
  readonly semantic?: SemanticCaching;
}

export interface SemanticCaching {
  readonly ttl: DurationText;
  /** Largest share of served hits that may be wrong. @default 0.01 */
  readonly wrongHits?: number;
  /** Share of hits for which the model is asked all the same, to count the wrong ones. @default 0.1 */
  readonly verify?: number;
  /** SageMaker endpoint that embeds texts. */
  readonly endpoint: string;
}

export const SEMANTIC_DEFAULTS = { wrongHits: 0.01, verify: 0.1 } as const;

const MINUTE = 60_000;
const LONGEST = 30 * 24 * 60 * MINUTE;
const MEMBERS = {
  caching: ['exact', 'semantic'],
  exact: ['ttl'],
  semantic: ['ttl', 'wrongHits', 'verify', 'endpoint'],
} as const;

/** What is wrong with the settings at `path`, such as `model.caching`. */
export function checkCaching(caching: Caching | undefined, path: string, problems: Problems): void {
  if (caching === undefined) return;
  if (!known(caching, path, MEMBERS.caching, problems)) return;
  const { exact, semantic } = caching;
  if (exact !== undefined && known(exact, `${path}.exact`, MEMBERS.exact, problems))
    checkTtl(exact.ttl, `${path}.exact.ttl`, problems);
  if (semantic === undefined || !known(semantic, `${path}.semantic`, MEMBERS.semantic, problems)) return;
  if (exact === undefined)
    problems.add('MISSING_PART', `${path}.exact`, 'is required by the semantic cache, which keeps its answers there.');
  checkTtl(semantic.ttl, `${path}.semantic.ttl`, problems);
  checkShare(semantic.wrongHits, `${path}.semantic.wrongHits`, 0.001, 0.2, problems);
  checkShare(semantic.verify, `${path}.semantic.verify`, 0.01, 1, problems);
  if (!isEndpointName(semantic.endpoint))
    problems.add(
      'ENDPOINT',
      `${path}.semantic.endpoint`,
      `must name a SageMaker endpoint that embeds texts, got ${JSON.stringify(semantic.endpoint)}.`,
    );
}

function checkTtl(ttl: DurationText | undefined, path: string, problems: Problems): void {
  if (ttl === undefined) problems.add('MISSING_PART', path, 'is required: for how long may an answer be given again?');
  within(problems, path, ttl, MINUTE, LONGEST, 'between 1m and 30d');
}

function checkShare(given: unknown, path: string, least: number, most: number, problems: Problems): void {
  if (given !== undefined && !(typeof given === 'number' && given >= least && given <= most))
    problems.add('CACHE_SHARE', path, `must be a share from ${least} to ${most}, got ${JSON.stringify(given)}.`);
}

function known(part: unknown, path: string, members: readonly string[], problems: Problems): boolean {
  if (part === null || typeof part !== 'object' || Array.isArray(part)) {
    problems.add('SHAPE', path, `must be an object of ${members.join(', ')}, got ${JSON.stringify(part)}.`);
    return false;
  }
  problems.known(part, path, members);
  return true;
}
