/** What is exported of an incident is enough for it to happen again: of a share of the incidents of every recording that comes along. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { incidentExport, type WireIncident } from '@tattle/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalApi } from '../api/local-api.ts';
import { startTestServer, type TestServer } from '../store/testing/servers.ts';
import { openHistory } from './history.ts';
import { replay } from './replay.ts';
import { EXAMPLES } from './testing/recorded-events.ts';

let server: TestServer;
let home: string;
beforeAll(async () => {
  server = await startTestServer();
  home = await mkdtemp(join(tmpdir(), 'tattle-incident-export-'));
});
afterAll(async () => {
  await server.close();
  await rm(home, { recursive: true, force: true });
});

/** The API over what became of a recording. */
async function played(recording: string): Promise<LocalApi> {
  const url = await server.freshDatabase();
  await replay({
    directory: recording,
    into: { kind: 'url', url },
    overrides: { 'filter.namespaces': 'all', 'log.level': 'silent', dataDir: join(home, 'data') },
    env: {},
    signal: new AbortController().signal,
    out: process.stderr,
  });
  return openHistory({ storeUrl: url });
}

async function incidentsOf(api: LocalApi): Promise<readonly WireIncident[]> {
  const { body } = await api.request('GET', '/api/v1/incidents?limit=500');
  return (JSON.parse(body) as { items: readonly WireIncident[] }).items;
}

async function exportOf(api: LocalApi, id: string, format: 'html' | 'json'): Promise<string> {
  const { status, body } = await api.request('GET', `/api/v1/incidents/${id}/export?format=${format}`);
  expect(status).toBe(200);
  return body;
}

const told = ({ root, condition, diagnosis, state }: WireIncident) => ({
  root: `${root.kind} ${root.namespace}/${root.name} ${root.uid}`,
  condition,
  cause: diagnosis?.cause,
  isOver: state === 'resolved',
});

/** Of what was played already, in kind, once is enough. */
const kinds = new Set<string>();
function isNew({ condition, root, diagnosis, state }: WireIncident): boolean {
  const kind = `${condition} ${root.kind} ${diagnosis?.cause ?? ''} ${state === 'resolved'}`;
  const before = kinds.size;
  return kinds.add(kind).size > before;
}

const PATIENCE_MS = 300_000;
/** Playing one takes a second: of each recording, every so many kinds. */
const EVERY = 5;

describe.each(['states', 'story', 'mechanisms'])('an incident of examples/%s', (name) => {
  let api: LocalApi;
  let incidents: readonly WireIncident[];
  beforeAll(async () => {
    api = await played(join(EXAMPLES, name));
    incidents = await incidentsOf(api);
  }, PATIENCE_MS);
  afterAll(() => api.close());

  it('is exported in the form that the contract says', async () => {
    expect(incidents.length).toBeGreaterThan(5);
    for (const { id } of incidents) {
      const parsed = incidentExport.safeParse(JSON.parse(await exportOf(api, id, 'json')));
      expect(parsed.error?.issues).toBeUndefined();
    }
  });

  it(
    'happens again when its export is played: the same condition at the same root, for the same cause',
    async () => {
      for (const [index, incident] of incidents
        .filter(isNew)
        .filter((_, n) => n % EVERY === 0)
        .entries()) {
        // A page carries the same as JSON does.
        const format = index % 2 === 0 ? 'html' : 'json';
        const file = join(home, `${incident.id}.${format}`);
        await writeFile(file, await exportOf(api, incident.id, format));
        const again = await played(file);
        try {
          expect((await incidentsOf(again)).map(told)).toContainEqual(told(incident));
        } finally {
          await again.close();
        }
      }
    },
    PATIENCE_MS,
  );
});

it('cannot be played where the file is something else, is cut short, or comes from a later Tattle', async () => {
  const tried = async (content: string) => {
    const file = join(home, 'other.html');
    await writeFile(file, content);
    return played(file).then(
      () => 'played',
      (error: unknown) => String(error),
    );
  };
  expect(await tried('<html>hello</html>')).toMatch(/other\.html cannot be played: it holds no exported incident/);
  expect(await tried('')).toMatch(/holds no exported incident/);
  expect(await tried('{"form": "tattle.incident/v1", "inci')).toMatch(/cut short/);
  expect(await tried('{"form": "tattle.incident/v2"}')).toMatch(/a newer one is needed/);
  expect(await tried('{"form": "tattle.incident/v1", "incident": {}}')).toMatch(/no time at which it opened/);
  expect(await tried('[]')).toMatch(/holds no exported incident/);
});

it('is played, as far as it goes, where a stranger wrote it', async () => {
  const file = join(home, 'strange.json');
  const nonsense = [null, 1, 'x', [], {}, { kind: 'Pod' }, { object: { kind: 'Pod', name: '__proto__' } }];
  const evidence = [
    'spec',
    'status',
    'owners',
    'node',
    'endpoints',
    'quota',
    'changes',
    'events',
    'log',
    'constructor',
  ];
  await writeFile(
    file,
    JSON.stringify({
      form: 'tattle.incident/v1',
      incident: { openedAt: '2026-11-20T12:00:00Z', objects: nonsense, together: nonsense, changes: nonsense },
      events: [...nonsense, { origin: 'event', uid: 'e', reason: 'BackOff', count: -1, lastSeen: 'never' }],
      evidence: evidence.flatMap((kind) =>
        ['null', '[1,{}]', '{"chain":[{}],"spec":7}', '{', '{"__proto__":{"polluted":true}}'].map((body) => ({
          kind,
          body,
          error: null,
          object: { kind: 'Deployment', namespace: 'shop', name: 'web' },
        })),
      ),
    }),
  );
  const api = await played(file);
  expect(await incidentsOf(api)).toBeInstanceOf(Array);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  await api.close();
});
