/** Silences one problem of one workload for an hour, as somebody in a chat asked. */
import { randomUUID } from 'node:crypto';
import type { Press } from '../../model/button.ts';
import type { Incident } from '../../model/incident.ts';
import type { Clock } from '../../model/ports/process.ts';
import type { SilenceStore } from '../../model/ports/telling.ts';
import type { Matcher, Silence } from '../../model/silence.ts';

export interface SilencingParts {
  readonly silences: Pick<SilenceStore, 'addSilence' | 'silences'>;
  readonly clock: Clock;
}

const HOUR_MS = 3_600_000;

/** A sentence for the chat. What is silenced already is not silenced twice. */
export async function silenceForAnHour(
  incident: Incident,
  { name, actor }: Pick<Press, 'name' | 'actor'>,
  { silences, clock }: SilencingParts,
): Promise<string> {
  const now = clock.now();
  const matchers = matchersOf(incident);
  const same = JSON.stringify(matchers);
  const standing = (await silences.silences(now, ['active'])).find(
    (one) => JSON.stringify(one.matchers.map(plain)) === same,
  );
  if (standing !== undefined) return `${standing.createdBy} silenced this already, until ${timeOf(standing.endsAt)}.`;
  const silence: Silence = {
    id: `sil_${randomUUID()}`,
    matchers,
    startsAt: now,
    endsAt: now + HOUR_MS,
    createdBy: name,
    createdAt: now,
    comment: `Asked for under the message about incident ${incident.id}.`,
    expiredAt: null,
    // Its matchers name one workload and one condition.
    scope: 'everything',
  };
  await silences.addSilence(silence, actor);
  return `${name} silenced this for an hour, until ${timeOf(silence.endsAt)}.`;
}

/** The same problem of the same workload, also as an incident of its own. */
function matchersOf({ cluster, root, condition }: Incident): readonly Matcher[] {
  const is = (name: string, value: string): Matcher => ({ name, operator: '=', value });
  return [
    is('cluster', cluster.name),
    is('namespace', root.namespace),
    is('kind', root.kind),
    is('name', root.name),
    is('condition', condition),
  ];
}

/** With its members in one order, whatever they are stored in. */
function plain({ name, operator, value }: Matcher): Matcher {
  return { name, operator, value };
}

function timeOf(at: number): string {
  return `${new Date(at).toISOString().slice(11, 16)} UTC`;
}
