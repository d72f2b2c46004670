/** Does what somebody pressed, once, to an incident that their channel was told of, and says what became of it. */
import { createHash } from 'node:crypto';
import type { Press, Said } from '../../model/button.ts';
import type { Channel, Delivery, IncidentNotice } from '../../model/delivery.ts';
import type { Incident } from '../../model/incident.ts';
import type { Command, CommandOutcome } from '../../model/incident-command.ts';
import type { History } from '../../model/ports/history.ts';
import type { IdempotencyStore } from '../../model/ports/access.ts';
import type { Outbox } from '../../model/ports/telling.ts';
import { StoreUnavailable } from '../../model/ports/store.ts';
import { noticeAbout } from '../telling/notice-about.ts';
import { silenceForAnHour, type SilencingParts } from './silence-for-an-hour.ts';

export interface PerformParts extends SilencingParts {
  readonly history: Pick<History, 'incident' | 'event' | 'evidence' | 'diagnosis' | 'log'>;
  readonly outbox: Pick<Outbox, 'deliveries'>;
  readonly idempotency: IdempotencyStore;
  readonly act: (command: Command) => Promise<CommandOutcome>;
}

export type SaidOfPress = Said<IncidentNotice>;

/** `done`: it was, or had been already. `refused`: nothing was done, nor would be by pressing again. `failed`: it may be, later. */
export type PressOutcome = 'done' | 'refused' | 'failed';

export interface Performed {
  readonly said: SaidOfPress;
  readonly outcome: PressOutcome;
}

/** Deliveries of one incident to one channel that are looked at. */
const MOST_DELIVERIES = 50;

/** Rejects where something else than the store fails: a bug. */
export async function performPress(
  press: Press,
  channel: Pick<Channel, 'name'>,
  parts: PerformParts,
): Promise<Performed> {
  if (!press.mayAct) return refused('Nothing was done: the settings of this channel do not let you act.');
  try {
    const told = await deliveriesTo(channel.name, press.incidentId, parts);
    const incident = told.length === 0 ? null : await parts.history.incident(press.incidentId);
    if (incident === null) return refused('Nothing was done: of this incident, nothing is known in this channel.');
    return await onceOnly(press, incident, told, parts);
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    const text = 'Nothing was done: the store cannot be reached. Press again in a while.';
    return { said: { kind: 'told', text, to: 'presser' }, outcome: 'failed' };
  }
}

async function deliveriesTo(
  channel: string,
  incidentId: string,
  { outbox }: PerformParts,
): Promise<readonly Delivery[]> {
  const { items } = await outbox.deliveries({ channel, incidentId, limit: MOST_DELIVERIES });
  return items.filter(({ status, attempts }) => status === 'delivered' || (status !== 'suppressed' && attempts > 0));
}

/** A press that was sent again does nothing; of two at once on the same button, one acts and the other sees what it did. */
async function onceOnly(
  press: Press,
  incident: Incident,
  told: readonly Delivery[],
  parts: PerformParts,
): Promise<Performed> {
  const { idempotency, clock } = parts;
  const own = digestOf(['press', press.id]);
  const turn = digestOf(['turn of a press', press.act, incident.id]);
  if ((await idempotency.begin(own, press.id, clock.now())).kind !== 'fresh') {
    return refused('This was done, or is being done, already.');
  }
  if ((await idempotency.begin(turn, press.id, clock.now())).kind !== 'fresh') {
    await idempotency.abandon(own);
    return refused('Somebody pressed this a moment ago.');
  }
  try {
    const said = await perform(press, told, parts);
    // It is done: whether that is remembered must not make it look undone.
    await idempotency.finish(own, { status: 200, contentType: 'text/plain', body: '' }).catch(() => undefined);
    return said;
  } catch (error) {
    await idempotency.abandon(own).catch(() => undefined);
    throw error;
  } finally {
    // Its turn is over: whoever comes next looks at what the incident is like by then. Should this fail, it ends after a minute.
    await idempotency.abandon(turn).catch(() => undefined);
  }
}

async function perform(press: Press, told: readonly Delivery[], parts: PerformParts): Promise<Performed> {
  const { act, incidentId } = press;
  const before = await parts.history.incident(incidentId);
  if (before === null) return refused('Nothing was done: the incident is not stored any more.');
  if (act === 'silence') {
    const text = await silenceForAnHour(before, press, parts);
    return { said: { kind: 'told', to: 'everybody', text }, outcome: 'done' };
  }
  // Somebody was faster: the message did not say so yet.
  if (act === 'acknowledge' && before.state === 'acknowledged') return changed(before, told, parts);
  if (before.state === 'resolved') return changed(before, told, parts);
  const by = `${press.name} (${press.actor.startsWith('slack:') ? 'Slack' : 'Discord'})`;
  const { refusal } = await parts.act({ kind: act, id: incidentId, by, actor: press.actor, text: '' });
  if (refusal !== null) return refused(`Nothing was done: ${refusal}.`);
  return changed((await parts.history.incident(incidentId)) ?? before, told, parts);
}

/** The message as it is told to others, with who acted: the notice that comes of the act then changes nothing of it. */
async function changed(incident: Incident, told: readonly Delivery[], parts: PerformParts): Promise<Performed> {
  const newest = told.map(({ noticeKind }) => noticeKind).find((kind) => kind !== 'digest' && kind !== 'test');
  const { state } = incident;
  const kind = state === 'resolved' || state === 'acknowledged' ? state : (newest ?? 'opened');
  const notice = await noticeAbout(incident, kind, parts.clock.now(), parts.history);
  return { said: { kind: 'changed', notice }, outcome: 'done' };
}

function refused(text: string): Performed {
  return { said: { kind: 'told', text, to: 'presser' }, outcome: 'refused' };
}

function digestOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
