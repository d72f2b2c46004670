/** Why somebody was not told, as far as the caller may know: what kept a notice back may lie outside of what they see. */
import type { Scope } from '../model/access.ts';
import type { NoticeDecision } from '../model/notice-decision.ts';
import { findSeen } from './incident-sight.ts';
import type { ApiPorts } from './ports.ts';
import { isSilenceWithin } from './silence-scope.ts';

type Ports = Pick<ApiPorts, 'history' | 'telling' | 'clusters'>;

/** In the same order. Of an incident or a silence that the caller does not see nothing is said but that there is one. */
export async function decisionsSeen(
  decisions: readonly NoticeDecision[],
  scope: Scope,
  ports: Ports,
): Promise<readonly NoticeDecision[]> {
  if (scope === 'everything') return decisions;
  const isSeen = new Map<string, boolean>();
  for (const { reason, by } of decisions) {
    const key = `${reason} ${by}`;
    if (!isSeen.has(key)) isSeen.set(key, await isCauseSeen(reason, by, scope, ports));
  }
  return decisions.map((decision) => {
    const { reason, by } = decision;
    return isSeen.get(`${reason} ${by}`) === true ? decision : { ...decision, by: '', because: HIDDEN[reason] ?? '' };
  });
}

const HIDDEN: Partial<Record<NoticeDecision['reason'], string>> = {
  inhibited: 'Explained by another incident that is open, which lies outside of what you may see.',
  silenced: 'By a silence that reaches further than what you may see.',
};

async function isCauseSeen(reason: NoticeDecision['reason'], by: string, scope: Scope, ports: Ports): Promise<boolean> {
  if (reason === 'inhibited') return (await findSeen(by, scope, ports.history))?.whole === true;
  if (reason !== 'silenced') return true;
  const silence = await ports.telling.silences.silence(by);
  return silence !== null && isSilenceWithin(silence.matchers, scope, ports.clusters());
}
