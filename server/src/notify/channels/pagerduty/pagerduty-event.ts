/** A notice as an event of PagerDuty's Events API v2: one alert an incident, by its key. */
import type { IncidentNotice } from '../../../model/delivery.ts';
import type { Incident } from '../../../model/incident.ts';
import { cut, oneLine } from '../../message/plain-text.ts';
import { rfc3339 } from '../../../kit/format-time.ts';
import { messageText } from '../message-text.ts';
import { stableKey } from '../stable-key.ts';
import type { Wording } from '../wording.ts';

const SEVERITIES = { critical: 'critical', high: 'error', medium: 'warning', low: 'info', info: 'info' } as const;

/**
 * In the order of sending; everything but the routing key, which is a credential. What is told for the first time while somebody looks
 * at it is acknowledged as soon as it is triggered, since an alert has to be there before it can be. What gets worse pages all the same.
 */
export function pagerdutyEvents(notice: IncidentNotice, wording: Wording) {
  const { kind, incident } = notice;
  const action = actionOf(notice);
  const isTaken = kind === 'opened' && incident.state === 'acknowledged';
  return [action, ...(isTaken ? (['acknowledge'] as const) : [])].map((each) => eventOf(each, notice, wording));
}

type Action = 'trigger' | 'acknowledge' | 'resolve';

function eventOf(action: Action, notice: IncidentNotice, { message, title, text }: Wording) {
  const { incident, kind } = notice;
  const { url, cause } = message;
  return {
    event_action: action,
    // A test is an alert of its own: it must not resolve with, or hide behind, a problem.
    dedup_key: stableKey(kind === 'test' ? notice.id : incident.id),
    client: 'Tattle',
    ...(url !== null && { client_url: url, links: [{ href: url, text: 'The incident in Tattle' }] }),
    payload: {
      summary: oneLine(title, 1024) || 'Tattle',
      source: sourceOf(incident),
      severity: kind === 'test' ? 'info' : SEVERITIES[incident.severity],
      timestamp: rfc3339(notice.at),
      component: oneLine(incident.root.name, 255),
      group: oneLine(incident.root.namespace, 255),
      class: oneLine(incident.condition, 255),
      custom_details: {
        text: text === null ? messageText(message, { link: true }) : cut(text, 20_000),
        ...(cause !== null && { cause }),
      },
    },
  };
}

/**
 * A trigger of an open alert only adds to it; of one that somebody resolved over there, it opens it anew. No event takes an
 * acknowledgement back; here, too, one ends with its incident alone.
 */
function actionOf({ kind, incident }: IncidentNotice): Action {
  if (kind === 'resolved') return 'resolve';
  if (kind === 'acknowledged') return 'acknowledge';
  const isCalm = kind === 'diagnosed' || kind === 'reminder';
  return isCalm && incident.state === 'acknowledged' ? 'acknowledge' : 'trigger';
}

/** `homelab/shop/Deployment/cart`; PagerDuty wants it not to be empty. */
function sourceOf({ cluster, root }: Incident): string {
  const parts = [cluster.name, root.namespace, root.kind, root.name].map((part) => oneLine(part, 60));
  return parts.filter((part) => part !== '').join('/') || 'kubernetes';
}
