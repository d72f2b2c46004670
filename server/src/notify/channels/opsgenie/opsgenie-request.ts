/** A notice as a request of Opsgenie's alert API: one alert an incident, by its alias. */
import type { IncidentNotice } from '../../../model/delivery.ts';
import { cut, oneLine } from '../../message/plain-text.ts';
import { messageText } from '../message-text.ts';
import { stableKey } from '../stable-key.ts';
import type { Wording } from '../wording.ts';

const PRIORITIES = { critical: 'P1', high: 'P2', medium: 'P3', low: 'P4', info: 'P5' } as const;

/** Opsgenie's limit, in characters. */
const MOST_USER = 100;

export interface OpsgenieRequest {
  /** Below the API's address. */
  readonly path: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/**
 * In the order of sending. A cause that is found later is a note: an alert cannot change its text. Whatever begins or goes on creates
 * the alert, which does nothing where it is open and opens it anew where somebody closed it over there; the first time, it is acknowledged
 * at once where somebody looks at it already. An acknowledgement is not taken back: here, too, one ends with its incident alone.
 */
export function opsgenieRequests(notice: IncidentNotice, wording: Wording): readonly OpsgenieRequest[] {
  // A test is an alert of its own: it must not close with, or hide behind, a problem.
  const alias = stableKey(notice.kind === 'test' ? notice.id : notice.incident.id);
  const text = textOf(wording);
  const on = (action: string) => `/v2/alerts/${alias}/${action}?identifierType=alias`;
  const note = { source: 'Tattle', note: text };
  const by = oneLine(notice.acknowledgedBy ?? '', MOST_USER);
  const acknowledge = { path: on('acknowledge'), fields: { ...(by !== '' && { user: by }), ...note } };
  if (notice.kind === 'resolved') return [{ path: on('close'), fields: note }];
  if (notice.kind === 'diagnosed') return [{ path: on('notes'), fields: note }];
  if (notice.kind === 'acknowledged') return [acknowledge];
  const create = { path: '/v2/alerts', fields: alertFields(notice, wording, alias, text) };
  const isTaken = notice.kind === 'opened' && notice.incident.state === 'acknowledged';
  return isTaken ? [create, acknowledge] : [create];
}

function alertFields({ incident, kind }: IncidentNotice, { message, title }: Wording, alias: string, text: string) {
  const { cluster, root, condition, severity } = incident;
  return {
    message: oneLine(title, 130) || 'Tattle',
    alias,
    description: text,
    entity: oneLine(`${root.kind} ${root.namespace}/${root.name}`, 512),
    source: 'Tattle',
    priority: kind === 'test' ? 'P5' : PRIORITIES[severity],
    tags: ['tattle', severity],
    details: {
      cluster: oneLine(cluster.name, 500),
      namespace: oneLine(root.namespace, 500),
      condition: oneLine(condition, 500),
      ...(message.cause !== null && { cause: message.cause }),
      ...(message.url !== null && { url: message.url }),
    },
  };
}

function textOf({ message, title, text }: Wording): string {
  return cut(text ?? `${title}\n\n${messageText(message, { link: true })}`, 15_000);
}
