/** What fields that one groups by are in SQL. */
import type { FilterField } from '../model/query.ts';

/** Of events (as e), their dimensions (as d), cluster (as c) and incident number (as n). Facet fields need d and c alone. */
const COLUMNS: Readonly<Record<FilterField, string>> = {
  cluster: 'c.uid',
  namespace: 'd.namespace',
  kind: 'd.kind',
  name: 'e.name',
  reason: 'd.reason',
  type: 'd.type',
  category: 'd.category',
  severity: 'd.severity',
  source: 'd.component',
  node: "COALESCE(e.node, '')",
  incident: "COALESCE(n.id, '')",
  fingerprint: "encode(e.fingerprint, 'hex')",
  uid: 'COALESCE(e.uid_text, e.uid::text)',
};

/** `keys` begins a SELECT with a column k0, k1 … for each field, ending in a comma; `group` are those to group by. */
export function aggregateColumns(fields: readonly FilterField[]): {
  readonly keys: string;
  readonly group: readonly string[];
} {
  return {
    keys: fields.map((field, i) => `${COLUMNS[field]} AS k${String(i)},`).join(' '),
    group: fields.map((_, i) => String(i + 1)),
  };
}
