import { durationMs } from '../../pipeline/duration';
import type { RowSource } from '../../model/encoding';
import type { Clock } from '../../ports';
import { compileInputGuards } from '../input-guards';
import type { LinearModel } from '../linear';
import type { Prompt } from '../settings';
import { classifierGuard } from './classifier-guard';
import { type Answered, saidIn } from './output/answered';
import { canaryLeak, promptLeak } from './output/leaks';
import { linksGuard } from './output/links';
import { placeholdersGuard, quotesGuard } from './output/quotes';
import { type Given, type Masked, maskIn, restoreIn, textsIn } from './personal-data';
import type { TextClassifier } from './ports';
import { type CompiledGuard, type GuardAnswer, type GuardVerdict, runGuards } from './run-guards';
import { scriptsGuard } from './scripts';
import type { ClassifierUse, Guard, InputUse, LlmGuards, OutputUse, PersonalData } from './settings';

/** What guards need that is not in the definition. */
export interface GuardParts {
  /** That of injections: `loadInjectionModel()`. */
  readonly model: LinearModel;
  readonly classifier: (use: ClassifierUse) => TextClassifier;
  readonly clock: Clock;
}

/** The guards of a definition, made ready at init. */
export interface CompiledGuards {
  /** Whether prompts need a token to be told by. */
  readonly canary: boolean;
  /** Takes personal data out of all texts of a request. */
  mask(source: RowSource): Masked<RowSource>;
  /** Looks at the texts that a prompt gets, masked. Never throws. */
  input(texts: readonly string[], signal: AbortSignal): Promise<GuardVerdict>;
  /** Looks at an answer. Never throws. */
  output(answered: Answered, signal: AbortSignal): Promise<GuardVerdict>;
  /** Puts personal data back into the members of an answer that may hold it. */
  restore(answer: Readonly<Record<string, unknown>>, given: Given): Readonly<Record<string, unknown>>;
}

const DEFAULT_WITHIN_MS = 200;
const DEFAULT_THRESHOLD = 0.5;
/** Of the letters of a text so many may be of other scripts: names, quotes. */
const OTHER_SCRIPTS = 0.2;
/** Characters of all that the guards of a stage look at, which bounds their time. */
const LONGEST = 100_000;

export function compileGuards({ input, personalData, output }: LlmGuards, parts: GuardParts): CompiledGuards {
  const inputGuards = Object.entries(input ?? {}).map(([name, guard]) => compileInput(name, guard, parts));
  const outputGuards = Object.entries(output ?? {}).map(([name, guard]) => compileOutput(name, guard, parts));
  const restored = personalData?.restore ?? [];
  return {
    canary: Object.values(output ?? {}).some(({ use }) => use === 'canary'),
    mask: ({ input: values, features }) => maskRow({ input: values, features }, personalData),
    input: (texts, signal) => runGuards(inputGuards, texts, parts.clock, signal),
    output: (answered, signal) => runGuards(outputGuards, answered, parts.clock, signal),
    restore: (answer, given) =>
      Object.fromEntries(
        Object.entries(answer).map(([name, member]) => [
          name,
          restored.includes(name) ? restoreIn(member, given) : member,
        ]),
      ),
  };
}

function maskRow(source: RowSource, personalData: PersonalData | undefined): Masked<RowSource> {
  if (!personalData) return { value: source, given: new Map() };
  const { mask, names = [] } = personalData;
  return maskIn(source, { mask, names: names.flatMap((path) => textsIn(valueAt(source, path))) });
}

/** The texts of a request that a prompt shows to the model. */
export const textsOfPrompt = ({ variables }: Pick<Prompt, 'variables'>, source: RowSource): string[] =>
  Object.values(variables).flatMap((variable) =>
    textsIn(valueAt(source, typeof variable === 'string' ? variable : variable.from)),
  );

/** What stands at `input.<field>` or `features.<name>`. */
function valueAt(source: RowSource, path: string): unknown {
  const [root, field = ''] = path.split('.');
  return root === 'input' || root === 'features' ? source[root][field] : undefined;
}

function compileInput(name: string, guard: Guard<InputUse>, parts: GuardParts): CompiledGuard<readonly string[]> {
  const { use } = guard;
  const frame = frameOf(name, guard);
  if (use === 'builtin') {
    const look = compileInputGuards(parts.model, { longest: LONGEST });
    const worst = (texts: readonly string[]) =>
      texts
        .map((text) => look(text))
        .map(({ score, guard: code }) => ({ score, code }))
        .reduce((a, b) => (b.score > a.score ? b : a), { score: 0, code: '' });
    return { ...frame, look: (texts) => bounded(texts, () => worst(texts)) };
  }
  if ('scripts' in use) {
    const look = scriptsGuard(use.scripts);
    return { ...frame, threshold: OTHER_SCRIPTS, look: (texts) => bounded(texts, () => look(texts.join('\n'))) };
  }
  return { ...calling(guard, use, frame), look: classifierGuard(parts.classifier(use)) };
}

function compileOutput(name: string, guard: Guard<OutputUse>, parts: GuardParts): CompiledGuard<Answered> {
  const { use } = guard;
  const frame = frameOf(name, guard);
  if (typeof use === 'object' && 'endpoint' in use) {
    const look = classifierGuard(parts.classifier(use));
    return { ...calling(guard, use, frame), look: (answered, signal) => look([saidIn(answered)], signal) };
  }
  const look = typeof use === 'object' ? linksGuard(use.links) : OUTPUT[use];
  return { ...frame, look: (answered) => bounded([saidIn(answered)], () => look(answered)) };
}

const OUTPUT: Readonly<Record<Extract<OutputUse, string>, (answered: Answered) => GuardAnswer>> = {
  prompt: promptLeak,
  canary: canaryLeak,
  quotes: quotesGuard,
  placeholders: placeholdersGuard,
};

const frameOf = (name: string, { onFlag, onFailure = 'closed' }: Guard<unknown>) => ({
  name,
  onFlag,
  onFailure,
  threshold: DEFAULT_THRESHOLD,
});

const calling = ({ within }: Guard<unknown>, { threshold = DEFAULT_THRESHOLD }: ClassifierUse, frame: Frame) => ({
  ...frame,
  threshold,
  withinMs: durationMs(within) ?? DEFAULT_WITHIN_MS,
});
type Frame = ReturnType<typeof frameOf>;

/** What is too long is flagged unread. */
const bounded = (texts: readonly string[], look: () => GuardAnswer): GuardAnswer =>
  texts.reduce((sum, { length }) => sum + length, 0) > LONGEST ? { score: 1, code: 'size' } : look();
