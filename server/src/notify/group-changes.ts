/**
 * Messages that told of an incident alone, whose next turn is told together with others: they are changed to say it, and nobody is
 * disturbed a second time. Each change is a delivery of its own behind that of the group, since a chat takes few of them a second: within
 * the group's delivery, one that failed would have all of them made again, and hold up what people are to be told.
 */
import type { Channel, IncidentNotice } from '../model/delivery.ts';
import type { NoticeDecision } from '../model/notice-decision.ts';
import type { MessageChange, NoticeBook } from '../model/ports/telling.ts';
import { acknowledgedBy } from './acknowledged-by.ts';
import type { GroupHistory, Item } from './group-notice.ts';
import { noticeId } from './notice-job.ts';

export interface ChangeParts extends GroupHistory {
  readonly notices: Pick<NoticeBook, 'lastTold'>;
  channels(): readonly Pick<Channel, 'name' | 'changesMessages'>[];
}

export interface ChangeBeside extends MessageChange {
  readonly notice: IncidentNotice;
  readonly decisions: readonly NoticeDecision[];
}

/** `id`: of what tells of the incidents together, to the channels `to`. */
export async function changesBeside(
  told: readonly Item[],
  { id, at, to }: { readonly id: string; readonly at: number; readonly to: readonly string[] },
  parts: ChangeParts,
): Promise<readonly ChangeBeside[]> {
  const changing = new Set(parts.channels().flatMap(({ name, changesMessages }) => (changesMessages ? [name] : [])));
  const able = to.filter((name) => changing.has(name));
  const changes: ChangeBeside[] = [];
  for (const item of able.length === 0 ? [] : told) {
    const { incident, held } = item;
    const alone = (await parts.notices.lastTold(incident.id)).filter(({ isAlone }) => isAlone);
    const own = able.filter((name) => alone.some(({ channel }) => channel === name));
    if (own.length === 0) continue;
    const notice = await changeOf(item, noticeId({ incidentId: incident.id, key: `changed:${id}` }), at, parts);
    const cause = notice.diagnosis?.cause ?? null;
    const about = { noticeId: notice.id, incidentId: incident.id, kind: notice.kind, at, route: held.route, cause };
    const why = { reason: 'changed', because: 'The message that told of it alone says so, too.' } as const;
    const decisions = own.map(
      (channel): NoticeDecision => ({ ...about, ...why, channel, verdict: 'told', until: null, by: '', rule: '' }),
    );
    changes.push({ notice, to: own, decisions });
  }
  return changes;
}

/** Without evidence, which chats do not show of their own accord: hundreds of these may be made at once. */
async function changeOf(
  { incident, held }: Item,
  id: string,
  at: number,
  { history }: GroupHistory,
): Promise<IncidentNotice> {
  const [event, diagnosis, who] = await Promise.all([
    history.event(incident.openedBy, incident.cluster.uid),
    history.diagnosis(incident.id),
    acknowledgedBy(incident, history),
  ]);
  const kind = incident.state === 'resolved' ? 'resolved' : held.kind;
  return {
    ...{ id, at, kind, incident, event, diagnosis, ...who },
    ...{ evidence: [], partial: false, also: [], isChange: true },
  };
}
