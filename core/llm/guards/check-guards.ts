import type { Problems } from '../../pipeline/check-problems';
import { within } from '../../pipeline/check-times';
import { isEndpointName } from '../../pipeline/endpoint-name';
import { scriptNamed } from './scripts';
import { type Guard, type LlmGuards, ON_FAILURE, ON_FLAG, OUTPUT_USES, PERSONAL_KINDS } from './settings';

const NAME = /^[a-z][a-zA-Z0-9-]{0,39}$/;
const HOST = /^(?!-)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}$/;
const MOST_GUARDS = 10;

const MEMBERS = ['input', 'personalData', 'output'];
const GUARD_MEMBERS = ['use', 'onFlag', 'onFailure', 'within'];
const CLASSIFIER_MEMBERS = ['endpoint', 'attack', 'threshold'];

/** What the settings may refer to: texts, such as `input.from`, and members of the answer. */
export interface GuardScope {
  readonly paths: readonly string[];
  readonly members: readonly string[];
}

/** What is wrong with the guards at `path`, such as `model.guards`. */
export function checkGuards(guards: LlmGuards | undefined, path: string, scope: GuardScope, problems: Problems): void {
  if (guards === undefined || !known(guards, path, MEMBERS, problems)) return;
  checkStage(guards.input, `${path}.input`, ['builtin'], 'scripts', problems);
  checkStage(guards.output, `${path}.output`, OUTPUT_USES, 'links', problems);
  checkPersonalData(guards, path, scope, problems);
}

function checkStage(
  stage: Readonly<Record<string, Guard<unknown>>> | undefined,
  path: string,
  uses: readonly string[],
  list: 'scripts' | 'links',
  problems: Problems,
): void {
  if (stage === undefined) return;
  if (!isObject(stage)) return problems.add('GUARD', path, 'must be guards by names of your own.');
  if (Object.keys(stage).length > MOST_GUARDS)
    problems.add('GUARD', path, `has ${Object.keys(stage).length} guards, at most ${MOST_GUARDS}.`);
  for (const [name, guard] of Object.entries(stage)) {
    const at = `${path}.${name}`;
    if (!NAME.test(name))
      problems.add('NAME', at, 'must start with a small letter and have at most 40 letters, digits and hyphens.');
    if (!known(guard, at, GUARD_MEMBERS, problems)) continue;
    problems.oneOf('GUARD_FLAG', `${at}.onFlag`, guard.onFlag, ON_FLAG);
    if (guard.onFailure !== undefined) problems.oneOf('GUARD_FAILURE', `${at}.onFailure`, guard.onFailure, ON_FAILURE);
    checkUse(guard.use, `${at}.use`, uses, list, problems);
    if (guard.within === undefined) continue;
    if (isObject(guard.use) && 'endpoint' in guard.use)
      within(problems, `${at}.within`, guard.within, 10, 10_000, 'between 10ms and 10s');
    else problems.add('GUARD_WITHIN', `${at}.within`, 'is for endpoints: this guard cannot be interrupted. Remove it.');
  }
}

function checkUse(
  use: unknown,
  path: string,
  uses: readonly string[],
  list: 'scripts' | 'links',
  problems: Problems,
): void {
  if (!isObject(use)) return void problems.oneOf('GUARD_USE', path, use, uses);
  if (list in use) return checkList(use, path, list, problems);
  if (!known(use, path, CLASSIFIER_MEMBERS, problems)) return;
  const { endpoint, attack, threshold = 0.5 } = use;
  if (!isEndpointName(endpoint))
    problems.add(
      'ENDPOINT',
      `${path}.endpoint`,
      `must name a SageMaker endpoint that classifies texts, got ${JSON.stringify(endpoint)}.`,
    );
  if (!areTexts(attack) || attack.length === 0)
    problems.add('GUARD_ATTACK', `${path}.attack`, 'must list the labels of the classifier that mean an attack.');
  if (!(typeof threshold === 'number' && threshold > 0 && threshold <= 1))
    problems.add(
      'GUARD_THRESHOLD',
      `${path}.threshold`,
      `must lie above 0 and be at most 1, got ${JSON.stringify(threshold)}.`,
    );
}

function checkList(
  use: Readonly<Record<string, unknown>>,
  path: string,
  list: 'scripts' | 'links',
  problems: Problems,
): void {
  if (!known(use, path, [list], problems)) return;
  const at = `${path}.${list}`;
  const given = use[list];
  if (!areTexts(given)) return problems.add('GUARD_USE', at, 'must be a list of texts.');
  if (list === 'scripts' && given.length === 0)
    problems.add('GUARD_SCRIPTS', at, 'names no script, so that no text could pass.');
  given.forEach((one, i) => {
    if (list === 'scripts' && scriptNamed(one) === undefined)
      problems.add('GUARD_SCRIPTS', `${at}[${i}]`, `${JSON.stringify(one)} is no Unicode script such as Latin or Han.`);
    if (list === 'links' && !HOST.test(one))
      problems.add(
        'GUARD_LINKS',
        `${at}[${i}]`,
        `${JSON.stringify(one)} is no host such as example.com, in small letters.`,
      );
  });
}

function checkPersonalData({ personalData }: LlmGuards, path: string, scope: GuardScope, problems: Problems): void {
  if (personalData === undefined) return;
  const at = `${path}.personalData`;
  if (!known(personalData, at, ['mask', 'names', 'restore'], problems)) return;
  const lists = [
    ['mask', PERSONAL_KINDS],
    ['names', scope.paths],
    ['restore', scope.members],
  ] as const;
  for (const [list, from] of lists) {
    const given: unknown = personalData[list];
    if (given === undefined && list !== 'mask') continue;
    if (!Array.isArray(given) || given.length === 0) problems.add('PERSONAL_DATA', `${at}.${list}`, 'must be a list.');
    else given.forEach((one, i) => problems.oneOf('PERSONAL_DATA', `${at}.${list}[${i}]`, one, from));
  }
  if (personalData.names !== undefined && Array.isArray(personalData.mask) && !personalData.mask.includes('name'))
    problems.add(
      'PERSONAL_DATA',
      `${at}.names`,
      'changes nothing unless "name" is among what is masked: add it there.',
    );
}

const isObject = (given: unknown): given is Readonly<Record<string, unknown>> =>
  typeof given === 'object' && given !== null && !Array.isArray(given);

const areTexts = (given: unknown): given is readonly string[] =>
  Array.isArray(given) && given.every((one) => typeof one === 'string');

/** An object that has no other members than these. */
function known(given: unknown, path: string, members: readonly string[], problems: Problems): boolean {
  if (!isObject(given)) {
    problems.add('GUARD', path, `must be an object of ${members.join(', ')}.`);
    return false;
  }
  problems.known(given, path, members);
  return true;
}
