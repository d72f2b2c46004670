/** What the doctor asks of a running Tattle about the alert that it follows. */
import type { WireEventPage, WireIncidentDetail, WireNamespaces, WireStatus } from '@tattle/contract';
import { fields } from '../../../kit/fields.ts';
import { messageOf } from '../check.ts';
import { askServer, originOf, type ServerToAsk } from '../server-check.ts';
import type { Answer } from './alertmanager-api.ts';

export interface TattleApi {
  /** `http://127.0.0.1:7171`. */
  readonly place: string;
  namespaces(signal: AbortSignal): Promise<Answer<WireNamespaces['items']>>;
  /** Of what was dropped since it started, by reason; null where the caller is not told. */
  dropped(signal: AbortSignal): Promise<Readonly<Record<string, number>> | null>;
  /** The incident of the first event with this label: undefined where there is no such event, null where it has none. */
  incidentOf(label: string, value: string, signal: AbortSignal): Promise<Answer<string | null | undefined>>;
  incident(id: string, signal: AbortSignal): Promise<Answer<WireIncidentDetail>>;
}

export function tattleApi(server: ServerToAsk): TattleApi {
  /** `member` is what every such answer has. */
  const get = async <Value>(path: string, member: string, signal: AbortSignal): Promise<Answer<Value>> => {
    try {
      const { status, body } = await askServer(server, path, signal);
      if (status === 200 && member in fields(body)) return { kind: 'answer', value: body as Value };
      return { kind: 'none', status, why: refusalOf(status, body, server) };
    } catch (error) {
      signal.throwIfAborted();
      return { kind: 'none', status: null, why: `it does not answer: ${messageOf(error)}` };
    }
  };
  return {
    place: originOf(server),
    async namespaces(signal) {
      const answer = await get<WireNamespaces>('/api/v1/namespaces', 'items', signal);
      return answer.kind === 'none' ? answer : { kind: 'answer', value: answer.value.items };
    },
    async dropped(signal) {
      const answer = await get<WireStatus>('/api/v1/status', 'tally', signal);
      return answer.kind === 'none' ? null : (answer.value.tally?.dropped ?? null);
    },
    async incidentOf(label, value, signal) {
      const query = new URLSearchParams({ label: `${label}=${value}`, from: 'now-1h', limit: '10' });
      const answer = await get<WireEventPage>(`/api/v1/events?${query.toString()}`, 'items', signal);
      if (answer.kind === 'none') return answer;
      const { items } = answer.value;
      if (items.length === 0) return { kind: 'answer', value: undefined };
      return { kind: 'answer', value: items.find(({ incidentId }) => incidentId !== null)?.incidentId ?? null };
    },
    incident: (id, signal) => get(`/api/v1/incidents/${encodeURIComponent(id)}`, 'state', signal),
  };
}

function refusalOf(status: number, body: unknown, { token }: ServerToAsk): string {
  if (status === 401) return token === undefined || token === '' ? 'it wants a token' : 'it refuses this token';
  const { detail } = fields(body);
  return typeof detail === 'string' ? `it says: ${detail}` : `it answers HTTP ${status}, and is no Tattle`;
}
