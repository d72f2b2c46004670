/** Matchers as the API reads them, made from what is known of an incident. */
import type { WireIncident } from '@tattle/contract';

/** What a matcher may name; beside these, `label.KEY`. */
export const MATCHER_NAMES = [
  ...['cluster', 'namespace', 'severity', 'category', 'condition', 'cause', 'kind', 'name', 'node', 'reason'],
  ...['state', 'title'],
] as const;

/** The same problem of the same object, and nothing else. */
export function matchersOfIncident({
  clusterName,
  root,
  condition,
}: Pick<WireIncident, 'clusterName' | 'root' | 'condition'>): readonly string[] {
  const known = [
    ['cluster', clusterName],
    ['namespace', root.namespace],
    ['kind', root.kind],
    ['name', root.name],
    ['condition', condition],
  ] as const;
  return known.filter(([, value]) => value !== '').map(([name, value]) => `${name}=${quoted(value)}`);
}

/** Within quotes, these two alone are escaped. */
function quoted(value: string): string {
  return `"${value.replace(/["\\]/g, '\\$&')}"`;
}
