/** Attributes and values of OTLP as plain JSON. */
import { type Fields, fields, objects } from '../../kit/fields.ts';

/** Deeper than any value that is worth reading. */
const DEEPEST = 16;

export function plainValue(value: unknown, depth = 0): unknown {
  if (depth > DEEPEST) return null;
  const { stringValue, boolValue, intValue, doubleValue, arrayValue, kvlistValue, bytesValue } = fields(value);
  if (kvlistValue !== undefined) return plainAttributes(fields(kvlistValue)['values'], depth + 1);
  if (arrayValue !== undefined) {
    return objects(fields(arrayValue)['values']).map((each) => plainValue(each, depth + 1));
  }
  return stringValue ?? boolValue ?? intValue ?? doubleValue ?? bytesValue ?? null;
}

/** Names that could touch a prototype are left out. */
export function plainAttributes(list: unknown, depth = 0): Fields {
  const plain: Record<string, unknown> = {};
  for (const { key, value } of objects(list)) {
    if (typeof key === 'string' && key !== '__proto__') plain[key] = plainValue(value, depth);
  }
  return plain;
}
