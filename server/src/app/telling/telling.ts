/** Who is told, as the API asks for it: silences, channels, decisions and the policy of this process. */
import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { ChannelStanding, Telling } from '../../api/telling.ts';
import type { Channel, DeliveryStatus } from '../../model/delivery.ts';
import type { Incident } from '../../model/incident.ts';
import type { Matcher } from '../../model/silence.ts';
import type { Clock } from '../../model/ports/process.ts';
import type { Outbox } from '../../model/ports/telling.ts';
import { lookAgain } from '../../notify/look-again.ts';
import type { OutboxRunner } from '../../notify/outbox-runner.ts';
import { factsOf } from '../../notify/policy/facts.ts';
import { compileMatchers, matcherText, readMatcher } from '../../notify/policy/matchers.ts';
import { type Policy, silenceProblem } from '../../notify/policy/policy.ts';
import type { NotifySettings } from '../../notify/policy/settings.ts';
import { sampleNotice } from '../../notify/sample-notice.ts';
import type { TattleStore } from '../../store/open-store.ts';
import { noticeAbout } from './notice-about.ts';
import { tryPolicy } from './trial.ts';

export interface TellingParts {
  readonly store: Pick<TattleStore, 'history' | 'notices' | 'silences' | 'jobs'>;
  /** As people use it. */
  readonly outbox: Outbox;
  readonly deliveries: Pick<OutboxRunner, 'health' | 'wake'>;
  readonly channels: () => readonly Channel[];
  readonly aboutChannel: (name: string) => Pick<ChannelStanding, 'origin' | 'broken'>;
  readonly policy: () => Policy;
  /** The section that the policy was made of. */
  readonly section: NotifySettings;
  /** Looks at jobs now. */
  readonly wakeNotices: () => void;
  readonly clock: Clock;
}

export function createTelling(parts: TellingParts): Telling {
  const { store, clock, channels, outbox, deliveries } = parts;
  const named = (name: string) => channels().find((channel) => channel.name === name);
  return {
    silences: store.silences,
    silenceEnded: async (id) => {
      const again = await lookAgain(id, clock.now(), { notices: store.notices, queue: store.jobs });
      if (again > 0) parts.wakeNotices();
    },
    readMatchers,
    matcherText,
    matching: (matchers, incidents) => matching(matchers, incidents, parts),
    decisions: (incidentId, limit) => store.notices.decisions(incidentId, limit),
    channels: async () => {
      const standings: ChannelStanding[] = [];
      for (const health of deliveries.health()) {
        const { name } = health;
        standings.push({ ...(await standingOf(health, named(name), outbox)), ...parts.aboutChannel(name) });
      }
      return standings.sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    testChannel: async (name) => {
      if (named(name) === undefined) return null;
      const notice = sampleNotice(`msg_test_${randomUUID().replaceAll('-', '')}`, 'test', clock.now());
      await outbox.addDeliveries(notice, [name], 'pending', notice.at);
      deliveries.wake();
      const { items } = await outbox.deliveries({ channel: name, kind: 'test', limit: 20 });
      return items.find(({ noticeId }) => noticeId === notice.id)?.id ?? null;
    },
    previewChannel: async (name, kind, incident) => {
      const channel = named(name);
      if (channel === undefined) return null;
      const at = clock.now();
      return channel.preview(
        incident === null ? sampleNotice('msg_sample', kind, at) : await noticeAbout(incident, kind, at, store.history),
      );
    },
    policy: () => parts.section,
    tryPolicy: (section, from, to) => tryPolicy(section, { from, to }, parts),
  };
}

function readMatchers(texts: readonly string[]): ReturnType<Telling['readMatchers']> {
  const matchers: Matcher[] = [];
  const problems: { path: string; message: string }[] = [];
  for (const [index, text] of texts.entries()) {
    const read = readMatcher(text);
    if (read.ok) matchers.push(read.value);
    else problems.push({ path: `matchers[${index}]`, message: read.problem });
  }
  const whole = problems.length === 0 ? silenceProblem(matchers) : null;
  if (whole !== null) problems.push({ path: 'matchers', message: whole });
  return problems.length === 0 ? { ok: true, matchers } : { ok: false, problems };
}

async function matching(
  matchers: readonly Matcher[],
  incidents: readonly Incident[],
  { store: { history } }: TellingParts,
): Promise<readonly Incident[]> {
  const holds = compileMatchers(matchers);
  const diagnoses = new Map(
    (await history.diagnoses(incidents.map(({ id }) => id))).map((one) => [one.incidentId, one]),
  );
  // What only events say (a node, a reason, labels) is asked for where a matcher needs it: most do not.
  const needsEvent = matchers.some(({ name }) => name === 'node' || name === 'reason' || name.startsWith('label.'));
  const found: Incident[] = [];
  for (const [index, incident] of incidents.entries()) {
    // A thousand incidents against the largest patterns take seconds: others are served in between.
    if (index % 20 === 19) await setImmediate();
    const event = needsEvent ? await history.event(incident.openedBy, incident.cluster.uid) : null;
    if (holds(factsOf({ incident, event, diagnosis: diagnoses.get(incident.id) ?? null }))) found.push(incident);
  }
  return found;
}

const LOOKED_AT_FOR_A_FAILURE = 50;

async function standingOf(
  { name, type, state }: ReturnType<OutboxRunner['health']>[number],
  channel: Channel | undefined,
  outbox: Outbox,
): Promise<Omit<ChannelStanding, 'origin' | 'broken'>> {
  const newest = async (statuses: readonly DeliveryStatus[], limit: number) =>
    (await outbox.deliveries({ channel: name, statuses, limit })).items;
  const [delivered] = await newest(['delivered'], 1);
  // The newest may be held back by others that failed, and have no error of its own yet.
  const failing = (await newest(['pending', 'dead', 'disabled'], LOOKED_AT_FOR_A_FAILURE)).find(
    ({ lastError }) => lastError !== null,
  );
  return {
    name,
    type,
    state,
    wants: [...(channel?.wants ?? [])],
    lastDeliveredAt: delivered?.deliveredAt ?? null,
    lastFailure: failing?.lastError == null ? null : { at: failing.createdAt, error: failing.lastError },
  };
}
