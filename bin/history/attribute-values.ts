/** A value as DynamoDB writes it in JSON: one member, named by its type. */
export type AttributeValue = Readonly<Record<string, unknown>>;

/** Reads each type of DynamoDB's JSON; numbers as doubles, which is what a record was written from. */
const READERS: Readonly<Record<string, (value: never) => unknown>> = {
  S: (text: string) => text,
  N: (digits: string) => Number(digits),
  BOOL: (value: boolean) => value,
  NULL: () => null,
  M: (members: Readonly<Record<string, AttributeValue>>) => fromAttributes(members),
  L: (values: readonly AttributeValue[]) => values.map(fromAttribute),
  B: (base64: string) => bytes(base64),
  SS: (texts: readonly string[]) => new Set(texts),
  NS: (numbers: readonly string[]) => new Set(numbers.map(Number)),
  BS: (blobs: readonly string[]) => new Set(blobs.map(bytes)),
};

/** The plain values of an item. Throws a TypeError where it is none. */
export const fromAttributes = (item: Readonly<Record<string, AttributeValue>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, fromAttribute(value)]));

function fromAttribute(attribute: AttributeValue): unknown {
  const [[type, value] = [], ...others] = Object.entries(attribute);
  if (type === undefined || others.length > 0 || !Object.hasOwn(READERS, type))
    throw new TypeError('A value of an item must have one member, named by its type.');
  return READERS[type]!(value as never);
}

/** Plain JSON values as DynamoDB's JSON; members that are undefined are left out. */
export const toAttributes = (values: Readonly<Record<string, unknown>>): Record<string, AttributeValue> =>
  Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, toAttribute(value)]),
  );

function toAttribute(value: unknown): AttributeValue {
  if (value === null) return { NULL: true };
  if (Array.isArray(value)) return { L: value.map(toAttribute) };
  switch (typeof value) {
    case 'string':
      return { S: value };
    case 'number':
      return { N: String(value) };
    case 'boolean':
      return { BOOL: value };
    default:
      return { M: toAttributes(value as Readonly<Record<string, unknown>>) };
  }
}

const bytes = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'));
