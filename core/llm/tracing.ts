import type { ModelAnswer, ModelFailure } from '../decision/model-answer';
import type { ChatAnswer } from './chat';
import type { GuardReport, GuardVerdict } from './guards/run-guards';
import type { CompiledPrompt } from './prompt';
import type { LlmTrace } from './trace';

/** Characters of an answer that a record has room for; a longer one is decided by, and not kept. */
const MOST_RECORDED = 16 * 1024;

/** Collects what asking a language model took, for the record of the decision. */
export class Tracing {
  private readonly calls: ChatAnswer[] = [];
  private readonly verdicts: GuardVerdict[] = [];

  constructor(private readonly prompt: Pick<CompiledPrompt, 'version' | 'hash'>) {}

  asked(answer: ChatAnswer): ChatAnswer {
    this.calls.push(answer);
    return answer;
  }

  looked(verdict: GuardVerdict): void {
    this.verdicts.push(verdict);
  }

  scored(score: number, answer: Readonly<Record<string, unknown>>): ModelAnswer {
    const recorded = JSON.stringify(answer).length <= MOST_RECORDED ? { answer } : {};
    return { score, llm: { ...this.trace(), ...recorded } };
  }

  failed(failed: ModelFailure): ModelAnswer {
    return { failed, llm: this.trace() };
  }

  private trace(): LlmTrace {
    const { version, hash } = this.prompt;
    const answered = this.calls.flatMap((call) => ('choices' in call ? [call] : []));
    const tokens = (of: 'inputTokens' | 'outputTokens') =>
      answered.reduce((sum, { usage }) => sum + (usage?.[of] ?? 0), 0);
    const limited = this.calls.flatMap((call) => ('failed' in call && call.limited ? [call.limited] : []))[0];
    return {
      prompt: version,
      promptHash: hash,
      calls: this.calls.length,
      inputTokens: tokens('inputTokens'),
      outputTokens: tokens('outputTokens'),
      ...(answered[0] ? { firstTokenMs: answered[0].firstTokenMs } : {}),
      ...(limited ? { limited } : {}),
      ...guardTrace(this.verdicts),
    };
  }
}

function guardTrace(verdicts: readonly GuardVerdict[]): Pick<LlmTrace, 'guards' | 'guarded' | 'guardMs'> {
  const reports = verdicts.flatMap((one) => one.reports);
  if (reports.length === 0) return {};
  const found = reports.filter(({ result }) => result !== 'passed');
  const asked = verdicts.flatMap(({ verdict }) => (verdict === 'pass' ? [] : [verdict]));
  // Those of a stage run at once.
  const slowest = (of: readonly GuardReport[]) => Math.max(0, ...of.map(({ ms }) => ms));
  return {
    ...(found.length > 0 ? { guards: found } : {}),
    ...(asked[0] ? { guarded: asked[0] } : {}),
    guardMs: verdicts.reduce((sum, one) => sum + slowest(one.reports), 0),
  };
}
