import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/**
 * The plain values of an item that this project wrote: texts, numbers as doubles, booleans, nulls, lists and maps. Throws
 * a TypeError at any other type. The stream's consumers read every decision by it, ten times as fast as by the SDK's
 * `unmarshall` (bench/observe.ts). `except` is left out.
 */
export function readAttributes(
  item: Readonly<Record<string, AttributeValue>>,
  except?: string,
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const name in item) if (name !== except) values[name] = readAttribute(item[name]!);
  return values;
}

function readAttribute(attribute: AttributeValue): unknown {
  if (attribute.S !== undefined) return attribute.S;
  if (attribute.N !== undefined) return Number(attribute.N);
  if (attribute.M !== undefined) return readAttributes(attribute.M);
  if (attribute.L !== undefined) return attribute.L.map(readAttribute);
  if (attribute.BOOL !== undefined) return attribute.BOOL;
  if (attribute.NULL) return null;
  throw new TypeError('An attribute of a record is a text, a number, a boolean, null, a list or a map.');
}
