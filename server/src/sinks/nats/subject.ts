/** Subjects of records: a template whose placeholders become single tokens, whatever is in the names. */
import type { SinkRecord } from '../../model/sink.ts';

export const PLACEHOLDERS = ['cluster', 'namespace', 'kind', 'severity', 'reason'] as const;
type Placeholder = (typeof PLACEHOLDERS)[number];

/** Dots part tokens, `*` and `>` are wildcards, and no token may be empty. */
export function token(text: string): string {
  const safe = text.replaceAll(/[^A-Za-z0-9_-]/gu, '_').slice(0, 253);
  return safe === '' ? '_' : safe;
}

export function subjectOf(template: string, record: SinkRecord): string {
  return template.replaceAll(/\{([a-z]+)\}/g, (_, name: Placeholder) => token(valueOf(name, record)));
}

function valueOf(name: Placeholder, { kind, document }: SinkRecord): string {
  const object = kind === 'event' ? document.object : document.root;
  switch (name) {
    case 'cluster':
      return document.cluster.name === '' ? document.cluster.uid : document.cluster.name;
    case 'namespace':
      return object.namespace;
    case 'kind':
      return object.kind;
    case 'severity':
      return document.severity;
    case 'reason':
      return kind === 'event' ? document.reason : document.condition;
  }
}
