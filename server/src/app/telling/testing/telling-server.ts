/** A whole server with a `notify` section of its own, told of trouble by alerts that are handed in. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WireIncidentPage, WireNoticeDecisions, WireStatus } from '@tattle/contract';
import { onTestFinished } from 'vitest';
import { type ServerProcess, startServer } from '../../testing/server-process.ts';

export interface TellingServer extends ServerProcess {
  /** Alerts about Deployments of a namespace fire, or are over. */
  readonly alert: (namespace: string, names: readonly string[], more?: Alert) => Promise<void>;
  readonly send: <Body>(method: string, path: string, body?: unknown) => Promise<Body>;
  /** Ids of what went wrong there, by the Deployment's name. */
  readonly incidents: (namespace: string) => Promise<ReadonlyMap<string, string>>;
  /** The oldest first: `channel verdict reason`. */
  readonly why: (incidentId: string) => Promise<readonly string[]>;
}

interface Alert {
  readonly alertname?: string;
  readonly severity?: string;
  readonly status?: 'firing' | 'resolved';
}

/** A recording that plays slowly: next to nothing happens beside what a test does. */
const QUIET_CLUSTER = {
  TATTLE_SOURCE: 'simulate',
  TATTLE_SIMULATE_RECORDINGS: join(import.meta.dirname, '../../../../../examples/states'),
  TATTLE_SIMULATE_SPEED: '0.1',
};

export async function scratch(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'tattle-telling-'));
  onTestFinished(() => rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }));
  return home;
}

/** Resolves when it takes alerts. */
export async function startTelling(
  home: string,
  configuration: { readonly channels: readonly object[]; readonly notify: object },
  variables: Readonly<Record<string, string>> = QUIET_CLUSTER,
): Promise<TellingServer> {
  const file = join(home, 'tattle.yaml');
  await writeFile(file, JSON.stringify({ evidence: { waitSeconds: 0 }, ...configuration }));
  const server = await startServer(home, { ...variables, TATTLE_CONFIG: file });
  const began = new Date().toISOString();
  const send = async <Body>(method: string, path: string, body?: unknown): Promise<Body> => {
    const response = await fetch(new URL(path, server.origin), {
      method,
      headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return JSON.parse(text === '' ? 'null' : text) as Body;
  };
  return {
    ...server,
    send,
    alert: async (namespace, names, { alertname = 'Errors', severity = 'warning', status = 'firing' } = {}) => {
      const endsAt = status === 'resolved' ? new Date().toISOString() : '0001-01-01T00:00:00Z';
      const alerts = names.map((deployment) => ({
        status,
        labels: { alertname, namespace, deployment, severity },
        annotations: { summary: `${alertname} of ${deployment}` },
        startsAt: began,
        endsAt,
      }));
      await server.awaits<WireStatus>('/api/v1/status', ({ ready, streams }) => ready && streams.length > 3);
      await send('POST', '/api/v1/intake/alertmanager', { version: '4', alerts });
    },
    incidents: async (namespace) => {
      const { body } = await server.get<WireIncidentPage>(`/api/v1/incidents?namespace=${namespace}&limit=200`);
      return new Map(body.items.map(({ root, id }) => [root.name, id]));
    },
    why: async (incidentId) => {
      const { body } = await server.get<WireNoticeDecisions>(`/api/v1/incidents/${incidentId}/decisions`);
      return body.items.toReversed().map(({ channel, verdict, reason }) => `${channel} ${verdict} ${reason}`.trim());
    },
  };
}
