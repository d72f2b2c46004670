/** What Tattle says of whom it told agrees with what arrived, for every incident of a recording, with everything that can be set. */
import { expect } from 'vitest';
import type { Notice } from '../../../model/delivery.ts';
import type { IncidentState } from '../../../model/incident.ts';
import type { NoticeDecision } from '../../../model/notice-decision.ts';
import type { Silence } from '../../../model/silence.ts';
import { noticeId } from '../../../notify/notice-job.ts';
import type { OpenTestStore } from '../../../store/testing/open-test-store.ts';
import { query } from '../../testing/stored-rows.ts';
import { tryPolicy } from '../trial.ts';
import { playRecording, type PlayedRecording, type Sent } from './played-recording.ts';

const CHANNELS = ['ops', 'chat', 'boss', 'pager', 'mail', 'home'];
const CHANGING = ['ops', 'chat', 'home'];
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const QUIET_FOR = 6 * MINUTE;
const clockText = (at: number) => new Date(at).toISOString().slice(11, 16);

/** Of everything something, with short times. It is quiet from the beginning on. */
const notifyFrom = (begin: number) => ({
  rules: [
    { name: 'some', when: 'incident.severity.atLeast("medium")' },
    { name: 'two', when: 'true', count: { atLeast: 2, withinSeconds: 3600, by: ['namespace'] }, cooldownSeconds: 600 },
  ],
  routes: [
    {
      name: 'each',
      rules: ['some'],
      to: ['ops'],
      continue: true,
      repeatMinutes: 10,
      escalate: [{ afterMinutes: 5, to: ['boss'] }],
      limit: { notices: 3, perMinutes: 2 },
    },
    { name: 'two', rules: ['two'], to: ['pager', 'boss'], notices: ['opened', 'resolved'], continue: true },
    { name: 'day', to: ['mail'], digest: { at: clockText(begin + HOUR) }, continue: true },
    {
      name: 'quiet',
      to: ['home', 'pager'],
      quietHours: { from: clockText(begin - MINUTE), to: clockText(begin + QUIET_FOR) },
      continue: true,
    },
    {
      name: 'together',
      to: ['chat'],
      groupBy: ['namespace'],
      groupWaitSeconds: 20,
      groupIntervalSeconds: 60,
      repeatMinutes: 30,
    },
  ],
  maintenance: [
    {
      name: 'rollout',
      match: ['kind=Deployment', 'namespace=~"[a-m].*"'],
      starts: new Date(begin).toISOString(),
      ends: new Date(begin + 3 * MINUTE).toISOString(),
    },
  ],
});

const silenceFrom = (begin: number): Silence => ({
  id: 'sil_1',
  matchers: [{ name: 'namespace', operator: '=~', value: '[n-s].*' }],
  startsAt: begin,
  endsAt: begin + 4 * MINUTE,
  createdBy: 'ana',
  createdAt: begin,
  comment: '',
  expiredAt: null,
  scope: 'everything',
});

interface Whole {
  readonly id: string;
  readonly state: IncidentState;
  /** The oldest first. */
  readonly decisions: readonly NoticeDecision[];
  readonly sent: readonly Sent[];
}

const tellsOf = (notice: Notice, id: string) =>
  notice.kind === 'digest'
    ? notice.digest.lines.some(({ incident }) => incident.id === id)
    : [notice, ...notice.also].some(({ incident }) => incident.id === id);
const toldAs = (notice: Notice, id: string) =>
  notice.kind === 'digest' || notice.incident.id === id
    ? notice.kind
    : notice.also.find(({ incident }) => incident.id === id)?.kind;

async function whole(played: PlayedRecording): Promise<readonly Whole[]> {
  const { items } = await played.history.incidents({ fields: {} }, { limit: 1000 });
  return Promise.all(
    items.map(async ({ id, state }) => {
      const decisions = (await played.notices.decisions(id, 10_000)).toReversed();
      // A summary names the first, and counts the others.
      const isCounted = (notice: Notice) =>
        notice.kind === 'digest' &&
        notice.digest.incidents > notice.digest.lines.length &&
        decisions.some(({ verdict, noticeId: told }) => verdict === 'told' && told === notice.id);
      return {
        id,
        state,
        decisions,
        sent: played.sent.filter(({ notice }) => tellsOf(notice, id) || isCounted(notice)),
      };
    }),
  );
}

/** Summaries that count other incidents than those that are said to be told by them. */
function wrongSummaries(played: PlayedRecording, all: readonly Whole[]): readonly string[] {
  return played.sent.flatMap(({ notice, channel }) => {
    if (notice.kind !== 'digest') return [];
    const said = all.filter((one) => told(one).includes(`${notice.id} ${channel}`)).length;
    return said === notice.digest.incidents ? [] : [`${notice.id}: ${said}, not ${notice.digest.incidents}`];
  });
}

const told = ({ decisions }: Whole) =>
  decisions.filter(({ verdict }) => verdict === 'told').map(({ noticeId: id, channel }) => `${id} ${channel}`);
const arrived = ({ sent }: Whole) => sent.map(({ notice, channel }) => `${notice.id} ${channel}`);

/** Ends that came to a channel that knew of no beginning. */
function strayEnds({ id, sent }: Whole): readonly string[] {
  const open = new Set<string>();
  const stray: string[] = [];
  for (const { channel, notice } of sent) {
    const kind = toldAs(notice, id);
    if (notice.kind !== 'digest' && notice.isChange === true) continue;
    if (kind === 'acknowledged' && !open.has(channel)) stray.push(`${channel} ${notice.id}`);
    if (kind === 'resolved' && !open.delete(channel)) stray.push(`${channel} ${notice.id}`);
    if (kind === 'opened' || kind === 'worse' || kind === 'digest' || kind === 'escalated') open.add(channel);
  }
  return stray;
}

/** Channels whose message about this incident alone says that it goes on, or that nobody looks at it, when they were told otherwise. */
function staleMessages({ sent, decisions, state }: Whole): readonly string[] {
  return CHANGING.filter((channel) => {
    const own = sent.filter(({ notice, ...to }) => to.channel === channel && isAlone(notice)).at(-1)?.notice;
    const last = decisions.findLast((one) => one.channel === channel && one.verdict === 'told');
    if (own === undefined || own.kind === 'digest' || last === undefined) return false;
    if (last.kind === 'resolved' || last.kind === 'digest') return state === 'resolved' && own.kind !== 'resolved';
    return state === 'acknowledged' && own.acknowledgedBy === undefined;
  });
}

const isAlone = (notice: Notice) => notice.kind !== 'digest' && notice.also.length === 0;

async function turnsWithoutDecision(played: PlayedRecording, all: readonly Whole[]): Promise<readonly string[]> {
  const known = new Set(all.flatMap(({ decisions }) => decisions.map((decision) => decision.noticeId)));
  const jobs = await query<{ incident_id: string; key: string }>(
    { connectionString: played.url },
    `SELECT incident_id, key FROM jobs WHERE kind = 'notice' AND payload->>'kind' IN ('opened', 'worse', 'resolved', 'acknowledged')
       AND key LIKE 'notice:%' AND finished_at IS NOT NULL`,
  );
  expect(jobs.length).toBeGreaterThan(0);
  return jobs
    .filter((job) => !known.has(noticeId({ incidentId: job.incident_id, key: job.key })))
    .map(({ key }) => key);
}

/** Where it is not known any more what had been told by then, or what was open, a trial may find otherwise. */
const UNKNOWABLE = new Set(['too-many', 'inhibited']);
const summary = (decisions: readonly NoticeDecision[]) =>
  decisions.map(({ route, channel, verdict, reason }) => `${route} ${channel} ${verdict} ${reason}`).toSorted();

/** How many incidents a trial of the policy in force agrees about with what was decided when they opened. */
async function agreeingTrial(played: PlayedRecording, all: readonly Whole[]): Promise<number> {
  const range = { from: played.from - HOUR, to: played.clock.now() };
  const trial = await tryPolicy(undefined, range, { ...played, store: played });
  if (trial.kind !== 'tried') throw new Error('the policy in force is invalid');
  expect(trial.items).toHaveLength(all.length);
  let agreeing = 0;
  for (const { incident, decisions } of trial.items) {
    const whole = all.find(({ id }) => id === incident.id)?.decisions ?? [];
    const first = whole.filter((decision) => decision.noticeId === whole[0]?.noticeId);
    const unknowable = [...first, ...decisions]
      .filter(({ reason }) => UNKNOWABLE.has(reason))
      .map(({ route }) => route);
    if (unknowable.includes('')) continue;
    const isKnown = ({ route }: NoticeDecision) => !unknowable.includes(route);
    expect(summary(decisions.filter(isKnown)), incident.title).toEqual(summary(first.filter(isKnown)));
    agreeing += 1;
  }
  return agreeing;
}

/** Plays the recording, and two quiet hours behind it. */
export async function expectAgreement(name: string, open: OpenTestStore): Promise<void> {
  const played = await playRecording(name, {
    notify: notifyFrom,
    channels: CHANNELS,
    apart: ['pager'],
    changing: CHANGING,
    // Before it is told, while some of it is held back, and when it has been told for long.
    acknowledgedAfter: (no) => [0, null, 30_000, null, 10 * MINUTE][no % 5] ?? null,
    open,
    before: ({ silences }, begin) => silences.addSilence(silenceFrom(begin), 'ana'),
  });
  await played.later(2 * HOUR);
  await played.stop();
  const all = await whole(played);
  for (const one of all) {
    expect(arrived(one).toSorted()).toEqual([...new Set(told(one))].toSorted());
    expect(strayEnds(one)).toEqual([]);
    expect(staleMessages(one)).toEqual([]);
  }
  expect(wrongSummaries(played, all)).toEqual([]);
  expect(await turnsWithoutDecision(played, all)).toEqual([]);
  const acknowledged = all.flatMap(({ decisions }) => decisions.filter(({ kind }) => kind === 'acknowledged'));
  expect(acknowledged.some(({ verdict }) => verdict === 'told')).toBe(true);
  const reasons = new Set(all.flatMap(({ decisions }) => decisions.map(({ reason }) => reason)));
  for (const reason of ['routed', 'grouped', 'digest', 'quiet-hours', 'silenced', 'maintenance', 'too-many'] as const) {
    expect(reasons).toContain(reason);
  }
  expect(await agreeingTrial(played, all)).toBeGreaterThan(all.length / 2);
}
