/** What comes of a notice later, as long as nobody reacts: reminders, and further people. */
import type { NewJob } from '../../model/incident.ts';
import type { RouteSettings } from './settings.ts';

export interface ToldNotice {
  readonly noticeId: string;
  readonly incidentId: string;
  readonly at: number;
}

const MINUTE_MS = 60_000;

/** When an incident was told by a route for the first time since it began. */
export function firstFollowUps(route: RouteSettings, told: ToldNotice): readonly NewJob[] {
  const escalations = route.escalate.map(({ afterMinutes }, step) =>
    followUp(route, told, 'escalated', told.at + afterMinutes * MINUTE_MS, step),
  );
  return [...escalations, ...nextReminder(route, told)];
}

/** Whoever wants one summary a day is not reminded in between. `notBefore`: when reminding is possible again. */
export function nextReminder(route: RouteSettings, told: ToldNotice, notBefore = 0): readonly NewJob[] {
  if (route.repeatMinutes === 0 || route.digest !== undefined) return [];
  const runAt = Math.max(notBefore, told.at + route.repeatMinutes * MINUTE_MS);
  return [followUp(route, told, 'reminder', runAt, 0)];
}

/** Somebody may acknowledge it while it is being told: then it is told that, too. */
export function lookForAcknowledgement({ noticeId, incidentId, at }: ToldNotice): NewJob {
  const payload = { kind: 'acknowledged', look: 1 };
  return { kind: 'notice', incidentId, key: `acknowledged:${noticeId}:${incidentId}`, runAt: at, payload };
}

function followUp(
  { name }: RouteSettings,
  { noticeId, incidentId }: ToldNotice,
  kind: 'reminder' | 'escalated',
  runAt: number,
  step: number,
): NewJob {
  return {
    kind: 'notice',
    incidentId,
    key: `${kind}:${noticeId}:${name}:${step}`,
    runAt,
    payload: { kind, route: name, step, of: noticeId },
  };
}
