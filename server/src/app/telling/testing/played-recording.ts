/**
 * A recording through the whole way from observation to delivery, over a real store, on the recording's own clock: unlike a replay, it
 * tells. What the channels were given is kept.
 */
import { join } from 'node:path';
import { quiet } from '../../../kit/testing/quiet.ts';
import { openRecording } from '../../../kube/recording/recording.ts';
import { type Channel, NOTICE_KINDS, type Notice, type NoticeKind } from '../../../model/delivery.ts';
import { DEFAULT_FILTER } from '../../../model/settings.ts';
import { compilePolicy } from '../../../notify/policy/policy.ts';
import { notifySettings } from '../../../notify/policy/settings.ts';
import { createOutboxRunner } from '../../../notify/outbox-runner.ts';
import { SlimCache } from '../../../observe/cache.ts';
import { createReplay, type Replay } from '../../../observe/replay.ts';
import type { TattleStore } from '../../../store/open-store.ts';
import type { OpenTestStore } from '../../../store/testing/open-test-store.ts';
import { configurationSchema } from '../../config-schema.ts';
import { createHotPath } from '../../hot-path.ts';
import { redactorOf } from '../../redactor.ts';
import { EXAMPLES } from '../../testing/recorded-events.ts';
import { createWorkers } from '../../workers.ts';

export interface Sent {
  readonly channel: string;
  readonly at: number;
  readonly notice: Notice;
  readonly receipt: string | null;
}

const SETTLED_MS = 120_000;
const STEP_MS = 300_000;
const ENDPOINT = { concurrency: 64, perSecond: 10_000, burst: 10_000 };

export type PlayedRecording = Awaited<ReturnType<typeof playRecording>>;

export interface Playing {
  /** The `notify` section, for a recording that begins then. */
  readonly notify: (begin: number) => object;
  readonly channels: readonly string[];
  /** Those of them that keep an alert for each incident, and take no summary. */
  readonly apart: readonly string[];
  /** Those that change the message that told of an incident alone. */
  readonly changing: readonly string[];
  /** How long after it opened somebody acknowledges an incident, in milliseconds; null where nobody does. `no`: of its opening, from 0. */
  readonly acknowledgedAfter: (no: number) => number | null;
  readonly open: OpenTestStore;
  readonly before: (store: Pick<TattleStore, 'silences'>, begin: number) => Promise<void>;
}

export async function playRecording(name: string, playing: Playing) {
  const recording = await openRecording(join(EXAMPLES, name));
  const opened = await playing.open({ now: recording.baseTime });
  const { clock } = opened;
  const section = notifySettings.parse(playing.notify(recording.baseTime));
  const compiled = compilePolicy(section, (asked) => (playing.channels.includes(asked) ? null : `no channel ${asked}`));
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  await playing.before(opened, recording.baseTime);
  const sent: Sent[] = [];
  const channels = playing.channels.map((each) => keeping(each, playing, sent));
  const taking: { readonly id: string; readonly at: number }[] = [];
  let openings = 0;
  const configuration = configurationSchema.parse({});
  const cache = new SlimCache();
  const redactor = redactorOf(configuration.redaction, cache);
  const common = { ...quiet(), clock };
  const never = new AbortController().signal;
  const hotPath = createHotPath({
    ...common,
    cache,
    redactor,
    store: opened.store,
    spool: null,
    filter: { ...DEFAULT_FILTER, namespaces: 'all' },
    deduplicationMs: 300_000,
    onJobs: () => undefined,
    onTurn: (turn, { id }) => {
      if (turn !== 'opened') return;
      const after = playing.acknowledgedAfter(openings++);
      if (after !== null) taking.push({ id, at: clock.now() + after });
    },
  });
  const workers = createWorkers({
    ...common,
    store: opened,
    cache,
    redactor,
    readerOf: () => replaying.reader,
    evidence: configuration.evidence,
    channels: () => channels,
    policy: () => compiled.policy,
    suppressNotices: false,
    onNotices: () => undefined,
  });
  const deliveries = createOutboxRunner({
    ...common,
    outbox: opened.outbox,
    channels: () => channels,
    channelSwitch: { isOff: () => false, switchOff: async () => undefined },
    policy: ENDPOINT,
  });
  const acknowledge = async () => {
    for (const each of taking.filter(({ at }) => at <= clock.now())) {
      taking.splice(taking.indexOf(each), 1);
      await hotPath.pipeline.act({ kind: 'acknowledge', id: each.id, by: 'ana', text: '' });
    }
  };
  const settle = async () => {
    await hotPath.pipeline.settle();
    await hotPath.pipeline.tick(never);
    await acknowledge();
    await workers.drain(never);
    await deliveries.drain(never);
  };
  const replaying: Replay = createReplay({
    ...common,
    recording,
    intake: hotPath.intake,
    normalise: hotPath.normalise,
    tracker: hotPath.tracker,
    settle,
    holdDownMs: hotPath.correlator.holdDownMs + SETTLED_MS,
    customResources: [],
  });
  hotPath.pipeline.follow(replaying.cluster.uid);
  const piping = hotPath.pipeline.run(never);
  await Promise.race([replaying.run(never), piping]);
  return {
    ...opened,
    section,
    sent,
    channels: () => channels,
    policy: () => compiled.policy,
    from: recording.baseTime,
    /** Time goes on, and nothing happens in the cluster. */
    later: async (ms: number) => {
      for (const end = clock.now() + ms; clock.now() < end; ) {
        clock.advanceTo(Math.min(end, clock.now() + STEP_MS));
        await settle();
      }
    },
    stop: async () => {
      hotPath.intake.close();
      await piping;
    },
  };
}

function keeping(name: string, { apart, changing }: Playing, sent: Sent[]): Channel {
  const wants = new Set<NoticeKind>(NOTICE_KINDS.filter((kind) => kind !== 'digest' || !apart.includes(name)));
  return {
    name,
    type: 'test',
    wants,
    ...(changing.includes(name) && { changesMessages: true }),
    deliver: async (notice, { at, receipt }) => {
      sent.push({ channel: name, at, notice, receipt });
      return { kind: 'delivered', statusCode: 200, receipt: `${name}/${notice.id}` };
    },
    preview: () => ({ contentType: 'text/plain', body: '' }),
  };
}
