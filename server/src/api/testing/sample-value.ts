/** The plainest value that a JSON schema of the document allows: a right body for a request that is about something else. */
import type { Schema } from './api-document.ts';

/** Required members alone; the shortest text, the smallest number, the first of several choices. */
export function sampleValue(schema: Schema): unknown {
  if ('const' in schema) return schema['const'];
  if ('default' in schema) return schema['default'];
  const choices = schema['anyOf'] ?? schema['oneOf'];
  if (Array.isArray(choices)) return sampleValue(choices[0] as Schema);
  if (Array.isArray(schema['enum'])) return schema['enum'][0] as unknown;
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case 'object':
      return sampleObject(schema);
    case 'array':
      return Array.from({ length: numberOf(schema, 'minItems') }, () => sampleValue(schema['items'] as Schema));
    case 'string':
      return sampleText(schema);
    case 'integer':
    case 'number':
      return Math.max(0, numberOf(schema, 'minimum'));
    case 'boolean':
      return true;
    default:
      return null;
  }
}

function sampleObject(schema: Schema): Record<string, unknown> {
  const members = (schema['properties'] ?? {}) as Record<string, Schema>;
  const required = (schema['required'] ?? []) as readonly string[];
  return Object.fromEntries(required.map((name) => [name, sampleValue(members[name] ?? {})]));
}

/** Patterns of the document are those of names, which `a` satisfies. */
function sampleText(schema: Schema): string {
  return 'a'.repeat(Math.max(1, numberOf(schema, 'minLength')));
}

function numberOf(schema: Schema, keyword: string): number {
  const value = schema[keyword];
  return typeof value === 'number' ? value : 0;
}
