import { JSON_TOKEN, parseJson } from '../input/parse-json';
import { type SchemaValidator, validateInput } from '../input/validate';
import type { Choice } from './chat';
import { labelProbability, toBytes } from './label-probability';
import type { LlmModel } from './settings';

/** What a model was to answer, and by which measure it is sure. */
export interface Expected extends Pick<LlmModel, 'answer' | 'probabilityOf'> {
  readonly labels: readonly string[];
  readonly validate: SchemaValidator;
}

export type ReadAnswer =
  | { readonly value: Readonly<Record<string, unknown>>; readonly label: string }
  /** What is wrong with it, in words that the model can be told; no values of a request. */
  | { readonly faults: readonly string[] };

/** One object, alone or in a fence of Markdown. */
const OBJECT = /^\s*(?:```(?:json)?\s*)?(\{[^]*\})\s*(?:```\s*)?$/d;

/** Reads a model's text as the object that its schema describes. */
export function readAnswer({ text, whole }: Choice, { answer, validate }: Expected): ReadAnswer {
  if (!whole) return { faults: ['it was cut off before its end'] };
  const json = OBJECT.exec(text)?.[1];
  if (json === undefined) return { faults: ['it is not one JSON object and nothing else'] };
  const parsed = parseJson(json);
  if ('problem' in parsed) return { faults: [describe(parsed.problem)] };
  const problems = validateInput(validate, parsed.value, '');
  if (problems.length > 0) return { faults: problems.slice(0, MOST_FAULTS).map(describe) };
  const value = parsed.value as Readonly<Record<string, unknown>>;
  return { value, label: value[answer.label] as string };
}
const MOST_FAULTS = 10;

const describe = ({ pointer, detail }: { readonly pointer: string; readonly detail: string }): string =>
  `${pointer === '' ? 'it' : pointer} ${detail}`;

/** The probability of the label that is asked for, by the tokens of an answer that can be read. */
export function scoreOfTokens(
  { text, tokens }: Choice,
  { answer, labels, probabilityOf }: Expected,
): number | undefined {
  const [start] = OBJECT.exec(text)?.indices?.[1] ?? [];
  const at = start === undefined ? undefined : valueOffset(text.slice(start), answer.label);
  if (at === undefined) return undefined;
  return labelProbability(tokens, toBytes(text.slice(0, start! + at)).length, labels, probabilityOf);
}

/** Where the text of an object's member begins, behind its quotation mark. */
function valueOffset(json: string, name: string): number | undefined {
  let depth = 0;
  let last: string | undefined;
  let isValue = false;
  for (const { 0: token, index } of json.matchAll(JSON_TOKEN)) {
    if (token === '{' || token === '[') depth++;
    else if (token === '}' || token === ']') depth--;
    else if (token === ':') {
      isValue = true;
      continue;
    } else if (token !== ',' && depth === 1) {
      if (isValue && last === name) return index + 1;
      last = JSON.parse(token) as string;
    }
    isValue = false;
  }
  return undefined;
}
