import type { ChatRequest } from './chat-request';

/** What there is to say. */
export interface Saying {
  readonly spam: boolean;
  /** How likely the label is right. */
  readonly certainty: number;
  readonly reason: string;
}

export const LABELS = ['spam', 'ham'] as const;
/** Stands in a text where the label goes; of Unicode's private use. */
export const LABEL = '\uE000';

interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
}

/**
 * How it is asked to answer: in JSON by `response_format` or by what the system message says, else in prose. The text has
 * LABEL where the label goes.
 */
export function formOf({ messages, response_format }: ChatRequest): (saying: Saying) => string {
  const system = systemOf(messages);
  const schema = response_format?.type === 'json_schema' ? response_format.json_schema.schema : schemaIn(system);
  if (schema === undefined) return () => `This looks like ${LABEL}.`;
  return (saying) => JSON.stringify(fill(schema, saying));
}

export const systemOf = (messages: ChatRequest['messages']): string =>
  messages
    .filter(({ role }) => role === 'system')
    .map(({ content }) => content)
    .join('\n');

function fill(schema: Schema, saying: Saying): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return LABELS.every((label) => schema.enum!.includes(label)) ? LABEL : schema.enum[0];
  const { minimum = 0, maximum = minimum + 1 } = schema;
  const type = typeof schema.type === 'object' ? schema.type.find((one) => one !== 'null') : schema.type;
  switch (type ?? (schema.properties ? 'object' : 'string')) {
    case 'object':
      return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([key, of]) => [key, fill(of, saying)]));
    case 'array':
      return Array.from({ length: schema.minItems ?? 0 }, () => fill(schema.items ?? {}, saying));
    case 'number':
      return Number((minimum + (maximum - minimum) * saying.certainty).toPrecision(2));
    case 'integer':
      return Math.round(minimum + (maximum - minimum) * saying.certainty);
    case 'boolean':
      return saying.spam;
    case 'null':
      return null;
    default:
      return saying.reason.slice(0, schema.maxLength);
  }
}

/** A name in double quotes; with a colon a key, whose value may look like a number or a boolean. */
const QUOTED = /"([A-Za-z_][\w-]*)"(\s*:\s*(?:-?(\d)|(true|false))?)?/g;

/**
 * The object that a system message asks for, as far as a schema tells: its example's keys, or the names in quotes.
 * Nothing, if it does not speak of JSON. The key before the first label, else the first key, is the label's.
 */
function schemaIn(system: string): Schema | undefined {
  if (!/\bjson\b/i.test(system) && !/\{\s*"[\w-]+"\s*:/.test(system)) return undefined;
  const found = [...system.matchAll(QUOTED)].map(([, name, colon, digit, boolean]) => ({
    name: name!,
    key: colon !== undefined,
    type: digit ? 'number' : boolean ? 'boolean' : 'string',
  }));
  const isLabel = ({ name }: { readonly name: string }) => LABELS.some((label) => label === name);
  const anyKey = found.some(({ key }) => key);
  const isKey = (one: (typeof found)[number]) => (anyKey ? one.key : !isLabel(one));
  const keys = found.filter(isKey);
  const firstLabel = found.findIndex(isLabel);
  const labelKey = found.slice(0, Math.max(0, firstLabel)).findLast(isKey) ?? keys[0] ?? { name: 'answer' };
  return {
    type: 'object',
    properties: {
      ...Object.fromEntries(keys.map(({ name, type }) => [name, { type }])),
      [labelKey.name]: { enum: LABELS },
    },
  };
}
