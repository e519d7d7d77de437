import type { DecisionRecord } from '../../core/decision/decision';
import type { Explanation } from '../../core/explanation/explanation';
import { loadDeciding } from './artifact';

type Explain = (record: DecisionRecord) => Explanation;

/** Explains decisions of all that decides here. What that takes is loaded when the first is asked about, not at init. */
export function lazyExplainer(): (record: DecisionRecord) => Promise<Explanation> {
  let explain: Promise<Explain> | undefined;
  return async (record) => (await (explain ??= load()))(record);
}

async function load(): Promise<Explain> {
  const { compileExplainer } = await import('../../core/explanation/compile-explainer');
  const [live, ...candidates] = loadDeciding().map(
    (artifact) => [artifact.version, compileExplainer(artifact)] as const,
  );
  const byVersion = new Map([live!, ...candidates]);
  return (record) => (byVersion.get(record.version) ?? live![1])(record);
}
