/** What the doctor asks of an Alertmanager, by its API (v2) and its own metrics. */
import { endpointOf, type GuardedFetch, type GuardedRequest } from '../../../kit/guarded-fetch.ts';
import { fields } from '../../../kit/fields.ts';

export interface AlertmanagerToAsk {
  /** With the path prefix where it has one, without `/api/v2`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly ca?: string;
}

/** What came of a question. `why` names neither path nor credential. */
export type Answer<Value> =
  | { readonly kind: 'answer'; readonly value: Value }
  | { readonly kind: 'none'; readonly status: number | null; readonly why: string };

export interface PostedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
}

export interface HeldAlert {
  readonly state: string;
  readonly silencedBy: readonly string[];
  readonly inhibitedBy: readonly string[];
  /** Names of those that a route leads it to. */
  readonly receivers: readonly string[];
}

export interface AlertmanagerApi {
  /** `host:port`, for people. */
  readonly place: string;
  status(signal: AbortSignal): Promise<Answer<{ readonly version: string; readonly configuration: string }>>;
  post(alert: PostedAlert, signal: AbortSignal): Promise<Answer<null>>;
  /** By one of its labels; null where it holds no such alert. */
  alert(label: string, value: string, signal: AbortSignal): Promise<Answer<HeldAlert | null>>;
  /** Calls to webhooks since it started, and how many of them failed; null where it does not say. */
  webhookCalls(signal: AbortSignal): Promise<WebhookCalls | null>;
}

export interface WebhookCalls {
  readonly made: number;
  readonly failed: number;
}

const ANSWER_MS = 10_000;
/** A configuration may be long; what lies beyond is not read. */
const MOST_BYTES = 8_000_000;

export function alertmanagerApi({ url, headers, ca }: AlertmanagerToAsk, fetch: GuardedFetch): AlertmanagerApi {
  const base = url.replace(/\/+$/, '');
  const place = endpointOf(url) ?? '';
  const ask = async (
    path: string,
    request: Pick<GuardedRequest, 'method' | 'body'>,
    signal: AbortSignal,
  ): Promise<Answer<string>> => {
    const answer = await fetch({
      url: `${base}${path}`,
      headers: { accept: 'application/json, text/plain', 'content-type': 'application/json', ...headers },
      ...request,
      totalTimeoutMs: ANSWER_MS,
      idleTimeoutMs: ANSWER_MS,
      maxResponseBytes: MOST_BYTES,
      signal,
      // Whoever runs the doctor names it.
      trusted: place,
      ...(ca === undefined ? {} : { ca }),
    });
    if (answer.kind !== 'response') return { kind: 'none', status: null, why: answer.error };
    const { status, body } = answer;
    if (status >= 200 && status < 300) return { kind: 'answer', value: body };
    return { kind: 'none', status, why: `it answers HTTP ${status}${said(body)}` };
  };
  const get = async (path: string, signal: AbortSignal) => parsed(await ask(path, { method: 'GET' }, signal));

  return {
    place,
    async status(signal) {
      const answer = await get('/api/v2/status', signal);
      if (answer.kind === 'none') return answer;
      const { versionInfo, config } = fields(answer.value);
      const { version } = fields(versionInfo);
      if (typeof version !== 'string') return { kind: 'none', status: 200, why: 'it is no Alertmanager' };
      const { original } = fields(config);
      return { kind: 'answer', value: { version, configuration: typeof original === 'string' ? original : '' } };
    },
    async post(alert, signal) {
      const answer = await ask('/api/v2/alerts', { method: 'POST', body: JSON.stringify([alert]) }, signal);
      return answer.kind === 'none' ? answer : { kind: 'answer', value: null };
    },
    async alert(label, value, signal) {
      const filter = encodeURIComponent(`${label}=${JSON.stringify(value)}`);
      const answer = await get(`/api/v2/alerts?filter=${filter}`, signal);
      if (answer.kind === 'none') return answer;
      const [first] = Array.isArray(answer.value) ? (answer.value as readonly unknown[]) : [];
      return { kind: 'answer', value: first === undefined ? null : heldAlert(first) };
    },
    async webhookCalls(signal) {
      const answer = await ask('/metrics', { method: 'GET' }, signal);
      return answer.kind === 'none' ? null : callsIn(answer.value);
    },
  };
}

function parsed(answer: Answer<string>): Answer<unknown> {
  if (answer.kind === 'none') return answer;
  try {
    return { kind: 'answer', value: JSON.parse(answer.value) as unknown };
  } catch {
    return { kind: 'none', status: 200, why: 'it is no Alertmanager' };
  }
}

/** Alertmanager says in a JSON string what it does not like. */
function said(body: string): string {
  return /^"[^"\n]{1,300}"\s*$/.test(body) ? `: ${body.trim().slice(1, -1)}` : '';
}

function heldAlert(value: unknown): HeldAlert {
  const { status, receivers } = fields(value);
  const { state, silencedBy, inhibitedBy } = fields(status);
  return {
    state: typeof state === 'string' ? state : '',
    silencedBy: texts(silencedBy),
    inhibitedBy: texts(inhibitedBy),
    receivers: Array.isArray(receivers) ? texts(receivers.map((receiver: unknown) => fields(receiver)['name'])) : [],
  };
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

/** Newer ones tell apart by reason, too, and by receiver where that is switched on. */
function callsIn(metrics: string): WebhookCalls | null {
  const sum = (name: string): number | null => {
    const lines = [
      ...metrics.matchAll(new RegExp(`^${name}\\{[^}\\n]*integration="webhook"[^}\\n]*\\} (\\S+)$`, 'gm')),
    ];
    return lines.length === 0 ? null : lines.reduce((total, [, value]) => total + Number(value), 0);
  };
  const made = sum('alertmanager_notifications_total');
  return made === null ? null : { made, failed: sum('alertmanager_notifications_failed_total') ?? 0 };
}
