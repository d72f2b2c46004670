/** Turns `notice-group` jobs into one notice: what a route held back is told together, as it stands by now. */
import type { JobHandler } from '../kit/job-runner.ts';
import type { Channel } from '../model/delivery.ts';
import type { CauseCode } from '../model/diagnosis.ts';
import type { ClaimedJob, NewJob, Outcome } from '../model/incident.ts';
import type { Held, NoticeDecision } from '../model/notice-decision.ts';
import type { Clock } from '../model/ports/process.ts';
import { ConflictError } from '../model/ports/store.ts';
import type { NoticeBook } from '../model/ports/telling.ts';
import { digestNotice, type GroupHistory, groupNotice, type Item, itemsOf } from './group-notice.ts';
import { changesBeside } from './group-changes.ts';
import { noticeId } from './notice-job.ts';
import { firstFollowUps, lookForAcknowledgement } from './policy/follow-ups.ts';
import type { Policy } from './policy/policy.ts';
import { lifeOf, toldIn } from './policy/told.ts';

export interface GroupJobOptions extends GroupHistory {
  readonly notices: NoticeBook;
  readonly clock: Clock;
  readonly policy: () => Policy;
  /** As configured now. */
  channels(): readonly Pick<Channel, 'name' | 'changesMessages'>[];
  onAdded?(): void;
}

/** In one message or summary; what is left is told with the next. */
const MOST_TOGETHER = 500;
const CONFLICT_RETRY_MS = 250;
const MOST_EARLIER = 500;

export function createGroupHandler(options: GroupJobOptions): JobHandler {
  return {
    kind: 'notice-group',
    concurrency: 2,
    timeoutMs: 60_000,
    maxAttempts: 20,
    backoff: { baseMs: 1000, capMs: 300_000 },
    laneOf: ({ payload }) => String(payload['group']),
    handle: (job) => releaseGroup(job, options),
  };
}

interface Release {
  readonly id: string;
  readonly at: number;
  readonly to: readonly string[];
  readonly together: boolean;
  /** That the message names, of its first incident. */
  readonly cause: CauseCode | null;
  readonly first: Item | undefined;
}

async function releaseGroup(job: ClaimedJob, options: GroupJobOptions): Promise<Outcome> {
  const { notices, clock, policy } = options;
  const { group, route, how } = job.payload;
  if (typeof group !== 'string' || typeof route !== 'string') return { kind: 'failed', error: 'it names no group' };
  const waiting = await notices.waiting(group, MOST_TOGETHER);
  if (waiting.length === 0) return { kind: 'done' };
  const at = clock.now();
  const wait = how === 'group' ? await waitForInterval(group, route, at, policy(), notices) : 0;
  if (wait > 0) return { kind: 'retry', error: 'the group was told not long ago', retryAfterMs: wait, uncounted: true };
  const items = await itemsOf(waiting, options);
  const id = noticeIdOf(group, waiting);
  const told = items.filter(({ why }) => why === null);
  const notice =
    how === 'group' ? await groupNotice(id, told, at, options) : await digestNotice(id, waiting, told, at, options);
  const to = notice === null ? [] : [...new Set(waiting.flatMap(({ channels }) => channels))];
  const cause = notice === null || notice.kind === 'digest' ? null : (notice.diagnosis?.cause ?? null);
  const release: Release = { id, at, to, together: told.length > 1, cause, first: told[0] };
  const jobs = await jobsAfter(told, release, route, options);
  const beside = how === 'group' && told.length < 2 ? [] : await changesBeside(told, release, options);
  const decisions = [
    ...items.flatMap((item) => decisionsOf(item, release)),
    ...beside.flatMap((change) => change.decisions),
  ];
  const releases = { group, noticeIds: waiting.map((held) => held.noticeId) };
  try {
    await notices.record({ notice, to, changes: beside, status: 'pending', decisions, held: [], releases, jobs, at });
  } catch (error) {
    // What is left of the group is told by whoever comes next.
    if (error instanceof ConflictError)
      return { kind: 'retry', error: error.message, retryAfterMs: CONFLICT_RETRY_MS, uncounted: true };
    throw error;
  }
  if (to.length > 0) options.onAdded?.();
  return { kind: 'done' };
}

/** The one that waits longest is released once: a job that runs again after it had told makes another notice of what came since. */
function noticeIdOf(group: string, [oldest]: readonly Held[]): string {
  return noticeId({ incidentId: group, key: oldest?.noticeId ?? '' });
}

async function waitForInterval(
  group: string,
  route: string,
  at: number,
  { routes }: Policy,
  notices: NoticeBook,
): Promise<number> {
  const settings = routes.find((known) => known.settings.name === route)?.settings;
  const last = settings === undefined ? null : await notices.lastReleased(group);
  return settings === undefined || last === null ? 0 : Math.max(0, last + settings.groupIntervalSeconds * 1000 - at);
}

/** Reminders and escalations begin with the first telling; and whether it ended, or was acknowledged, while it was told is asked once more. */
async function jobsAfter(
  told: readonly Item[],
  { id, at, to }: Release,
  route: string,
  { policy, notices }: GroupJobOptions,
): Promise<readonly NewJob[]> {
  const settings = policy().routes.find((known) => known.settings.name === route)?.settings;
  const jobs: NewJob[] = [];
  for (const { held, incident } of to.length === 0 ? [] : told) {
    if (held.kind === 'resolved' || incident.state === 'resolved') continue;
    const incidentId = incident.id;
    const payload = { kind: 'resolved', look: 1 };
    jobs.push({ kind: 'notice', incidentId, key: `end:${id}:${incidentId}`, runAt: at, payload });
    jobs.push(lookForAcknowledgement({ noticeId: id, incidentId, at }));
    const follow = settings === undefined ? [] : firstFollowUps(settings, { noticeId: id, incidentId, at });
    if (follow.length === 0) continue;
    const before = toldIn(lifeOf(await notices.decisions(incidentId, MOST_EARLIER)));
    if (![...before.values()].some((decision) => decision.route === route)) jobs.push(...follow);
  }
  return jobs;
}

function decisionsOf(item: Item, { id, at, to, together, cause, first }: Release): readonly NoticeDecision[] {
  const { held, incident, why } = item;
  const common = {
    noticeId: id,
    incidentId: incident.id,
    kind: held.kind,
    at,
    route: held.route,
    until: null,
    by: '',
    rule: '',
    cause: item === first ? cause : null,
  };
  if (why === 'merged') {
    const because = `It was merged into ${incident.mergedInto ?? ''}, which tells of it.`;
    return [{ ...common, channel: '', verdict: 'withheld', reason: 'merged', because }];
  }
  if (why === 'over') {
    const because = 'It was over before the group was told.';
    return [{ ...common, channel: '', verdict: 'withheld', reason: 'over', because }];
  }
  const reason = held.how === 'group' ? 'grouped' : 'digest';
  const because = {
    grouped: together ? 'Together with others.' : 'No other was waiting by then.',
    digest: `In the summary: ${held.occasion}.`,
  };
  return to.map((channel) => ({ ...common, channel, verdict: 'told', reason, because: because[reason] }));
}
