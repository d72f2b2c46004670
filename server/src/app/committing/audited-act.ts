/** What the audit trail holds of an act on an incident: who did it, what they said, and what else it changed. */
import type { NewAuditEntry } from '../../model/access.ts';
import type { Command } from '../../model/incident-command.ts';

/** `changed`: the ids of all incidents that it changed. Under one `key` it is one act, however often it is tried. */
export function auditedAct(command: Command, changed: readonly string[], at: number, key: string): NewAuditEntry {
  const { id, kind, by, actor = by, text } = command;
  const others = changed.filter((each) => each !== id);
  const detail = {
    ...(text === '' ? {} : { text }),
    ...(by === actor ? {} : { as: by }),
    ...(kind === 'merge' ? { others: command.others } : {}),
    ...(kind === 'split' ? { objects: command.objects, conditions: command.conditions } : {}),
    ...(others.length === 0 ? {} : { changed: others }),
  };
  return { at, actor, action: `incident.${kind}`, target: id, detail, key };
}
