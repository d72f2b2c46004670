/** Tattle's message as news: one piece for each incident that it tells of. */
import { type Facts, factsOfMessage } from './facts.ts';
import { fieldsOf, textOf } from './text.ts';

/** More are named by their titles only. */
const MOST_INCIDENTS = 5;
const MOST_TITLES = 20;

export interface News {
  readonly webhookId: string;
  /** Why Tattle says it: `opened`, `worse`, `diagnosed`, `resolved`, `reminder`, `escalated`, `digest`, `test`. */
  readonly notice: string;
  /** Empty for a digest, which is about no one incident. */
  readonly incidentId: string;
  readonly namespace: string;
  readonly condition: string;
  readonly told: Facts;
  /** Titles of further incidents, on the first piece only. */
  readonly more: readonly string[];
}

/** Throws where it is no message of Tattle's: the sender then hears of a failure and nothing is lost in silence. */
export function readNews(message: { readonly body: string; readonly webhookId: string }): News[] {
  const body = fieldsOf(JSON.parse(message.body));
  if (textOf(body.notice) === 'digest') return [digestNews(fieldsOf(body.digest), message.webhookId)];
  const first = fieldsOf(body.incident);
  if (textOf(first.id) === '') throw new Error('the message has neither an incident nor a digest');
  const also = Array.isArray(body.also) ? body.also.map(fieldsOf) : [];
  const seen = new Set<string>();
  const incidents = [first, ...also].filter(({ id }) => !seen.has(textOf(id)) && seen.add(textOf(id)));
  const cluster = textOf(body.cluster) || textOf(fieldsOf(body.cluster).name);
  return incidents.slice(0, MOST_INCIDENTS).map((incident, at) => ({
    webhookId: message.webhookId,
    notice: textOf(first.notice),
    incidentId: textOf(incident.id),
    namespace: textOf(fieldsOf(incident.root).namespace),
    condition: textOf(incident.condition),
    told: factsOfMessage(incident, at === 0 ? body.diagnosis : null, { cluster, logs: at === 0 ? logsOf(body) : '' }),
    more: at === 0 ? titles(incidents.slice(MOST_INCIDENTS)) : [],
  }));
}

function digestNews(digest: Record<string, unknown>, webhookId: string): News {
  const lines = Array.isArray(digest.lines) ? digest.lines.map(fieldsOf) : [];
  const counts = [
    `${textOf(digest.incidents)} incidents`,
    `${textOf(digest.still_open)} still open`,
    `${textOf(digest.healed)} healed by themselves`,
    `${textOf(digest.repeats_suppressed)} repeats suppressed`,
  ].join(', ');
  const told = factsOfMessage({ title: `Digest (${textOf(digest.occasion)}): ${counts}` }, null, {
    cluster: '',
    logs: '',
  });
  return { webhookId, notice: 'digest', incidentId: '', namespace: '', condition: '', told, more: titles(lines) };
}

function titles(incidents: readonly Record<string, unknown>[]): string[] {
  const named = incidents.slice(0, MOST_TITLES).map(({ title, severity }) => `${textOf(title)} (${textOf(severity)})`);
  const left = incidents.length - named.length;
  return left > 0 ? [...named, `and ${left} more`] : named;
}

/** In the default body one text, in Tattle's own among the evidence. */
function logsOf(body: Record<string, unknown>): string {
  const logs = textOf(fieldsOf(body.context).recent_logs);
  if (logs !== '' || !Array.isArray(body.evidence)) return logs;
  const items = body.evidence.map(fieldsOf).filter(({ kind }) => textOf(kind).endsWith('log'));
  return items.map(({ content }) => textOf(content)).join('\n');
}
