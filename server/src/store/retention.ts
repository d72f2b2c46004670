/** How long events are kept, and which rule decides it: the class is part of an event's row number from its first ingest on. */
import type { Severity } from '../model/cluster-event.ts';
import { DEFAULT_RETENTION_DAYS, type RetentionDays } from '../model/settings.ts';
import { RETENTION_CLASSES } from './event-id.ts';
import type { RetentionClass } from './event-id.ts';

interface RetentionRule {
  /** Namespaces, `*` stands for any run of characters; absent matches all. */
  readonly namespaces?: readonly string[];
  readonly severities?: readonly Severity[];
  readonly keep: RetentionClass;
}

export interface RetentionPolicy {
  /** Days after the last ingest; `hold` has none, it is never dropped. */
  readonly days: RetentionDays;
  /** The first rule that matches decides; without any, `normal`. */
  readonly rules: readonly RetentionRule[];
}

export const DEFAULT_RETENTION: RetentionPolicy = { days: DEFAULT_RETENTION_DAYS, rules: [] };

/** The index into RETENTION_CLASSES for events of a namespace and severity. */
export function retentionClassifier(policy: RetentionPolicy): (namespace: string, severity: string) => number {
  const rules = policy.rules.map((rule) => ({
    namespaces: rule.namespaces?.map(globMatcher),
    severities: rule.severities === undefined ? undefined : new Set<string>(rule.severities),
    keep: RETENTION_CLASSES.indexOf(rule.keep),
  }));
  const normal = RETENTION_CLASSES.indexOf('normal');
  return (namespace, severity) => {
    for (const rule of rules) {
      if (rule.severities !== undefined && !rule.severities.has(severity)) continue;
      if (rule.namespaces !== undefined && !rule.namespaces.some((matches) => matches(namespace))) continue;
      return rule.keep;
    }
    return normal;
  };
}

/** Days that a class is kept, null for ever. */
export function daysKept(policy: RetentionPolicy, retention: number): number | null {
  const name = RETENTION_CLASSES[retention] ?? 'normal';
  return name === 'hold' ? null : policy.days[name];
}

/** Linear in the text for any pattern: parts between stars are looked for from left to right. */
function globMatcher(pattern: string): (text: string) => boolean {
  const parts = pattern.split('*');
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  if (parts.length === 1) return (text) => text === pattern;
  return (text) => {
    if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    let at = first.length;
    for (const part of parts.slice(1, -1)) {
      const found = text.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return at <= text.length - last.length;
  };
}
