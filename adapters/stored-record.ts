import type { DecisionRecord } from '../core/decision/decision';
import { isRecord } from '../core/decision/is-record';

/** DynamoDB refuses numbers nearer to 0 than 1e-130. Well before that they are kept as text, so that none is lost. */
const SMALLEST = 1e-120;
const keepNumber = (x: number | null) => (x !== null && x !== 0 && Math.abs(x) < SMALLEST ? String(x) : x);

/** The attribute that only the index of open decisions reads. */
export const OF_THE_INDEX = 'openShard';

/** The index of open decisions is spread over so many partitions, by decision id, so that none grows hot. */
export const OPEN_SHARDS = 8;
export const openShard = (id: string): string => String(id.charCodeAt(id.length - 1) % OPEN_SHARDS);

/** The values of a record as the table keeps them. Inputs are JSON text: numbers and nesting have no limits but the schema's. */
export function toStored(record: DecisionRecord): Record<string, unknown> {
  const { input, features, score, confidence, modelScore, asked, llm, ...plain } = record;
  return {
    ...plain,
    score: keepNumber(score),
    confidence: keepNumber(confidence),
    modelScore: keepNumber(modelScore),
    input: JSON.stringify(input),
    features: JSON.stringify(features),
    ...(asked === undefined ? {} : { asked: JSON.stringify(asked) }),
    ...(llm === undefined ? {} : { llm: JSON.stringify(llm) }),
    // The attribute that makes the index sparse.
    ...(record.status === 'pending_review' || record.toSend.length > 0 ? { openShard: openShard(record.id) } : {}),
  };
}

/**
 * The record that values of the table hold, made of these very values; undefined where they hold none, whoever wrote
 * them.
 */
export function fromStored(values: Record<string, unknown>): DecisionRecord | undefined {
  const { score, confidence, modelScore } = values;
  if (typeof score === 'string') values.score = Number(score);
  if (typeof confidence === 'string') values.confidence = Number(confidence);
  if (typeof modelScore === 'string') values.modelScore = Number(modelScore);
  values.input = parse(values.input);
  values.features = parse(values.features);
  if (values.asked !== undefined) values.asked = parse(values.asked);
  if (values.llm !== undefined) values.llm = parse(values.llm);
  delete values[OF_THE_INDEX];
  return isRecord(values) ? values : undefined;
}

function parse(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}
