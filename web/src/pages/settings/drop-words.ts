/** Why something is not kept, in words. */
import type { WireDropReason } from '@tattle/contract';

const WORDS: Readonly<Record<WireDropReason, string>> = {
  'ttl-expired': 'too old',
  poison: 'unreadable',
  'namespace-not-monitored': 'namespace not monitored',
  'namespace-excluded': 'namespace excluded',
  'cluster-scoped-off': 'in no namespace',
  'event-type': 'type',
  reason: 'reason',
  kind: 'kind of object',
  component: 'component',
  'label-selector': 'label selector',
  'annotation-selector': 'annotation selector',
  'minimum-count': 'below the minimum count',
  'ignored-by-annotation': 'annotation asks to ignore it',
  'made-by-tattle': 'made by Tattle itself',
  'outside-scope': 'the sender may not tell of it',
  truncated: 'cut off by its sender',
};

/** A newer server may know reasons that these pages do not: they stand as they are. */
export function dropWords(reason: string): string {
  return Object.hasOwn(WORDS, reason) ? WORDS[reason as WireDropReason] : reason;
}
