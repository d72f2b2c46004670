/** What kinds of evidence are called. */
import type { WireEvidence } from '@tattle/contract';

export const EVIDENCE_WORDS: Readonly<Record<WireEvidence['kind'], string>> = {
  log: 'Log',
  'previous-log': 'Log of the run before',
  events: 'Events',
  status: 'Status',
  spec: 'Spec',
  changes: 'Changes',
  usage: 'Usage',
  quota: 'Quotas and limits',
  endpoints: 'Services and endpoints',
  owners: 'Owners and rollouts',
  node: 'Node state',
};
