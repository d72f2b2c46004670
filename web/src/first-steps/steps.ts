/** The first steps: from a cluster that answers to somebody who is told. What is known decides which are done. */
import type { WireStatus } from '@tattle/contract';
import { counted, whole } from '../design/numbers.ts';
import { clusterWatches } from '../design/watch-health.ts';

/** `waiting`: it comes by itself. `unknown`: the caller may not see it. */
export type StepState = 'done' | 'todo' | 'problem' | 'waiting' | 'unknown';

export interface Step {
  readonly name: 'cluster' | 'namespaces' | 'events' | 'channel' | 'test';
  readonly title: string;
  readonly state: StepState;
  readonly detail: string;
}

export interface Seen {
  readonly status: WireStatus;
  /** Null where the caller may not read the settings. */
  readonly namespaces: 'all' | readonly string[] | null;
  /** How many that can be seen are monitored, and of how many. */
  readonly monitored: { readonly count: number; readonly of: number };
  /** When an event last happened, of those that are stored; null where there is none. */
  readonly lastEvent: string | null;
  /** How many channels there are, and of how many something is wrong; null where the caller may not see that. */
  readonly channels: { readonly count: number; readonly failing: number } | null;
  /** Whether something reached a channel. */
  readonly hasDelivered: boolean;
  /** Whether a test incident was ever made. */
  readonly hasTested: boolean;
}

export function stepsOf(seen: Seen): readonly Step[] {
  return [clusterStep(seen), namespacesStep(seen), eventsStep(seen), channelStep(seen), testStep(seen)];
}

export function isFinished(steps: readonly Step[]): boolean {
  return steps.every(({ state }) => state === 'done' || state === 'unknown');
}

function clusterStep({ status }: Seen): Step {
  const step = { name: 'cluster', title: 'A cluster answers' } as const;
  const clusters = clusterWatches(status);
  if (clusters.length === 0) return { ...step, state: 'problem', detail: 'None is watched.' };
  const blind = clusters.filter(({ state }) => state === 'blind').map(({ name }) => name);
  if (blind.length > 0) {
    return { ...step, state: 'problem', detail: `Not watched: ${blind.join(', ')}. What is missing stands below.` };
  }
  if (clusters.some(({ state }) => state === 'starting'))
    return { ...step, state: 'waiting', detail: 'What is there is being listed.' };
  const part = clusters.filter(({ state }) => state === 'partly').map(({ name }) => name);
  const rest = part.length === 0 ? '' : ` Not all kinds of things are in ${part.join(', ')}: see below.`;
  return { ...step, state: 'done', detail: `Watching ${clusters.map(({ name }) => name).join(', ')}.${rest}` };
}

function namespacesStep({ namespaces, monitored: { count, of } }: Seen): Step {
  const step = { name: 'namespaces', title: 'Namespaces are chosen' } as const;
  if (namespaces === null) return { ...step, state: 'unknown', detail: `You see ${counted(of, 'namespace')}.` };
  if (namespaces.length === 0) {
    return {
      ...step,
      state: 'todo',
      detail: `None yet${of === 0 ? '' : `, of ${of} that can be seen`}: what happens in them is not kept.`,
    };
  }
  if (of > 0 && count === 0) {
    return { ...step, state: 'problem', detail: `None of the ${of} that can be seen is among those that were chosen.` };
  }
  return { ...step, state: 'done', detail: of === 0 ? 'Chosen by name.' : `${count} of ${of} are watched.` };
}

function eventsStep({ status: { tally }, lastEvent }: Seen): Step {
  const step = { name: 'events', title: 'Events arrive' } as const;
  const received = tally === null ? '' : `${whole(tally.received)} since the start. `;
  if (lastEvent !== null) return { ...step, state: 'done', detail: received };
  if (tally !== null && tally.received > 0) {
    return { ...step, state: 'problem', detail: `${received}All were left out by the filters.` };
  }
  return { ...step, state: 'waiting', detail: 'None yet. A quiet cluster has none for minutes.' };
}

function channelStep({ channels, hasDelivered }: Seen): Step {
  const step = { name: 'channel', title: 'Somebody is told' } as const;
  if (channels === null) {
    const told: Pick<Step, 'state' | 'detail'> = hasDelivered
      ? { state: 'done', detail: 'Something reached a channel.' }
      : { state: 'unknown', detail: 'You may not see the channels.' };
    return { ...step, ...told };
  }
  if (channels.count === 0) {
    return { ...step, state: 'todo', detail: 'No channel is configured: whoever does not look here is told nothing.' };
  }
  if (channels.failing > 0) {
    return {
      ...step,
      state: 'problem',
      detail: `${counted(channels.failing, 'channel')} of ${channels.count} cannot be reached: see below.`,
    };
  }
  if (!hasDelivered) return { ...step, state: 'todo', detail: 'Nothing has reached a channel yet: send a test.' };
  return { ...step, state: 'done', detail: `${counted(channels.count, 'channel')}, and something was delivered.` };
}

function testStep({ hasTested }: Seen): Step {
  return {
    name: 'test',
    title: 'A test incident opens',
    state: hasTested ? 'done' : 'todo',
    detail: 'A made-up problem that says so: it opens, is told to every channel, and resolves after about a minute.',
  };
}
