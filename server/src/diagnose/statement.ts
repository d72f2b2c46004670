/** What the cluster says of itself: the messages of events and of status conditions, as one list to search. */
import { type Fields, objects, text } from '../kit/fields.ts';
import type { Citation } from '../model/diagnosis.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import type { Case } from './case.ts';
import { citeEvent, citeField } from './cite.ts';

export interface Statement {
  /** An event's reason, or a condition's. */
  readonly reason: string;
  readonly says: string;
  readonly about: Pick<ObjectRef, 'kind' | 'namespace' | 'name'>;
  /** A status tells of now; an event tells of its time. */
  readonly from: 'status' | 'event';
  readonly source: string;
  readonly citation: Citation;
}

/** Longer messages quote whole objects; what is wrong stands at their beginning. */
const LONGEST = 2000;

/** The events first, newest first, then what statuses say now. */
export function statementsOf(the: Case): readonly Statement[] {
  const events = the.events.map(
    (event): Statement => ({
      reason: event.reason,
      says: event.message.slice(0, LONGEST),
      about: event.object,
      from: 'event',
      source: event.source,
      citation: citeEvent(event),
    }),
  );
  return [
    ...events,
    ...the.pods.flatMap(({ ref, status }) => [...ownMessage(status, ref), ...conditionMessages(status, ref)]),
    ...the.objects.flatMap(({ ref, status }) => conditionMessages(status, ref)),
    ...the.owners.flatMap((owner) =>
      conditionMessages({ evidenceId: owner.evidenceId, value: owner.status }, { ...owner, uid: '' }),
    ),
  ].filter(({ says }) => says.trim() !== '');
}

interface Status {
  readonly evidenceId: string;
  readonly value: Fields;
}

/** `status.message`, as kubelet writes it for a pod that it ended or refused. */
function ownMessage(status: Status, about: ObjectRef): readonly Statement[] {
  const citation = citeField(status, ['message']);
  if (citation === null) return [];
  const reason = text(status.value['reason']);
  return [{ reason, says: text(status.value['message'], LONGEST), about, from: 'status', source: 'kubelet', citation }];
}

function conditionMessages(status: Status, about: ObjectRef): readonly Statement[] {
  return objects(status.value['conditions']).flatMap((condition): readonly Statement[] => {
    const citation = citeField(status, ['conditions', text(condition['type']), 'message']);
    if (citation === null) return [];
    const says = text(condition['message'], LONGEST);
    return [{ reason: text(condition['reason']), says, about, from: 'status', source: '', citation }];
  });
}

/** Whether any of these conditions belongs to the incident: what an old event says of another problem is no cause. */
export function concerns(the: Case, conditions: readonly string[]): boolean {
  return conditions.includes(the.incident.condition) || the.conditions.some((name) => conditions.includes(name));
}
