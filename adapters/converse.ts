import type { ChatAnswer, ChatRequest, Usage } from '../core/llm/chat';

// The form of Bedrock's Converse API, whichever way it is called.

/** What came of one call. */
export interface Converse {
  text: string;
  stop: string | undefined;
  usage: Usage | undefined;
}

/** The body of a call: one answer. */
export function converseBody({ messages, temperature, mostTokens, schema }: ChatRequest) {
  const text = (content: string) => [{ text: content }];
  return {
    system: messages.flatMap(({ role, content }) => (role === 'system' ? text(content) : [])),
    messages: messages.flatMap(({ role, content }) => (role === 'system' ? [] : [{ role, content: text(content) }])),
    inferenceConfig: { maxTokens: mostTokens, temperature },
    ...(schema === undefined ? {} : { outputConfig: { textFormat: formatOf(schema) } }),
  };
}

const formatOf = (schema: object) => ({
  type: 'json_schema' as const,
  structure: { jsonSchema: { name: 'answer', schema: JSON.stringify(schema) } },
});

export const converseAnswer = ({ text, stop, usage }: Converse, firstTokenMs: number): ChatAnswer => ({
  choices: [{ text, tokens: [], whole: stop === 'end_turn' }],
  usage,
  firstTokenMs,
});

/** The answers of several calls as one of several samples; a failure, where one has failed. */
export function joinSamples(answers: readonly ChatAnswer[]): ChatAnswer {
  const failed = answers.find((answer) => 'failed' in answer);
  if (failed) return failed;
  const all = answers.flatMap((answer) => ('choices' in answer ? [answer] : []));
  const usages = all.flatMap(({ usage }) => usage ?? []);
  return {
    choices: all.flatMap(({ choices }) => choices),
    usage: usages.length < all.length ? undefined : usages.reduce(addUsage),
    firstTokenMs: Math.max(...all.map(({ firstTokenMs }) => firstTokenMs)),
  };
}

const addUsage = (a: Usage, b: Usage): Usage => ({
  inputTokens: a.inputTokens + b.inputTokens,
  outputTokens: a.outputTokens + b.outputTokens,
});
