/** Who is told: whether there is a channel, takes connections, and when something last reached it. Pure. */
import type { ServerCheck } from '../../api/ports.ts';
import type { OutboxRunner } from '../../notify/outbox-runner.ts';
import type { Check } from '../doctor/check.ts';

type Health = ReturnType<OutboxRunner['health']>[number];

export interface ToldChannel {
  readonly health: Health;
  /** When something last reached it; null: never, as far as deliveries are kept. Undefined where the store could not be asked. */
  readonly deliveredAt: number | null | undefined;
  /** What trying to reach it showed. */
  readonly reached: Check;
}

export function channelChecksOf(channels: readonly ToldChannel[]): readonly ServerCheck[] {
  return channels.length === 0 ? [NONE] : channels.map(checkOf);
}

const NONE: ServerCheck = {
  name: 'channels',
  title: 'Channels',
  state: 'warn',
  detail: 'None is configured: nobody is told of anything unless they look here.',
  last: null,
  mend: 'Start with TATTLE_WEBHOOK_URL=https://…, or write channels into the configuration file.',
  manifest: null,
  cluster: null,
};

function checkOf({ health, deliveredAt, reached }: ToldChannel): ServerCheck {
  const about = {
    name: `channel ${health.name}`,
    title: `Channel ${health.name}`,
    manifest: null,
    cluster: null,
    last: deliveredAt ?? null,
  };
  const heard =
    deliveredAt === undefined
      ? 'whether anything has reached it cannot be asked now'
      : deliveredAt === null
        ? 'nothing has reached it yet'
        : 'something has reached it';
  if (health.state === 'off') {
    return {
      ...about,
      state: 'fail',
      detail: `It answered 410 (gone) and is switched off; ${heard}.`,
      mend: 'Correct its address, then replay a delivery to it: that switches it on.',
    };
  }
  const { state, detail, mend } = reached;
  if (health.state === 'failing' && (state === 'ok' || state === 'skipped')) {
    const mending = 'Deliveries are tried again by themselves; their last errors say why.';
    return { ...about, state: 'warn', detail: `${detail}, but what is sent fails; ${heard}.`, mend: mending };
  }
  if (state !== 'ok') return { ...about, state, detail: `${detail}; ${heard}.`, mend };
  const untried = deliveredAt === null ? 'Try it: a test incident is told to every channel.' : '';
  return { ...about, state: 'ok', detail: `${detail}; ${heard}.`, mend: untried };
}
