/** A notice as a request of Opsgenie's alert API: one alert an incident, by its alias. */
import type { IncidentNotice } from '../../../model/delivery.ts';
import { cut, oneLine } from '../../message/plain-text.ts';
import { messageText } from '../message-text.ts';
import { stableKey } from '../stable-key.ts';
import type { Wording } from '../wording.ts';

const PRIORITIES = { critical: 'P1', high: 'P2', medium: 'P3', low: 'P4', info: 'P5' } as const;

export interface OpsgenieRequest {
  /** Below the API's address. */
  readonly path: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/**
 * A cause that is found later is a note: an alert cannot change its text. Whatever else is told creates the alert, which does
 * nothing where it is open and opens it anew where somebody closed it over there.
 */
export function opsgenieRequest(notice: IncidentNotice, wording: Wording): OpsgenieRequest {
  // A test is an alert of its own: it must not close with, or hide behind, a problem.
  const alias = stableKey(notice.kind === 'test' ? notice.id : notice.incident.id);
  const text = textOf(wording);
  const on = (action: string) => `/v2/alerts/${alias}/${action}?identifierType=alias`;
  if (notice.kind === 'resolved') return { path: on('close'), fields: { source: 'Tattle', note: text } };
  if (notice.kind === 'diagnosed') return { path: on('notes'), fields: { source: 'Tattle', note: text } };
  return { path: '/v2/alerts', fields: alertFields(notice, wording, alias, text) };
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
