/** What a kill must not do to notices: lose one, tell it under two ids, or forget what was held or silenced. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TattleProcess } from './tattle-process.ts';
import type { Told } from './witness.ts';

const TOGETHER = 'namespace=team-1';
const MUTED = 'namespace=team-2';
const CALM_MS = 90_000;

interface Decision {
  readonly notice: string;
  readonly verdict: string;
  readonly reason: string;
  readonly channel: string;
}

interface Incident {
  readonly id: string;
  readonly root: { readonly namespace: string };
}

/** Of one namespace together, of the others each at once, without a limit. Returns the path of the file. */
export async function writeNotifySettings(home: string): Promise<string> {
  const limit = { notices: 10_000, perMinutes: 1 };
  const together = { groupBy: ['namespace'], groupWaitSeconds: 2, groupIntervalSeconds: 2 };
  const routes = [
    { name: 'together', match: [TOGETHER], to: ['*'], limit, ...together },
    { name: 'each', to: ['*'], limit },
  ];
  const path = join(home, 'notify.json');
  await writeFile(path, JSON.stringify({ notify: { routes } }));
  return path;
}

export async function muteNamespace(tattle: TattleProcess): Promise<void> {
  await call(tattle, 'POST', '/api/v1/silences', { matchers: [MUTED], forMinutes: 1440, comment: 'the soak mutes it' });
}

/** Waits until all that is to be told has been; then what is said of it has to agree with what arrived. */
export async function noticeFailures(tattle: TattleProcess, told: Told): Promise<readonly string[]> {
  const isMuted = ({ root }: Incident) => `namespace=${root.namespace}` === MUTED;
  const incidents = await allIncidents(tattle);
  const failed = incidents
    .filter((incident) => isMuted(incident) && told.has(incident.id))
    .map(({ id }) => `incident ${id} was told in spite of a silence`);
  const silences = (await call(tattle, 'GET', '/api/v1/silences')) as { items: readonly { id: string }[] };
  if (silences.items.length !== 1) failed.push(`${silences.items.length} silences are active instead of one`);
  for (const { id } of silences.items) await call(tattle, 'DELETE', `/api/v1/silences/${id}`);
  const deadline = performance.now() + CALM_MS;
  let disagreeing = ['nothing was looked at'];
  while (disagreeing.length > 0 && performance.now() < deadline) {
    await sleep(2000);
    disagreeing = [];
    for (const { id } of await allIncidents(tattle)) disagreeing.push(...(await disagreements(tattle, id, told)));
  }
  if (!incidents.some(isMuted)) failed.push('no incident was silenced');
  if (told.size === 0) failed.push('the webhook was told nothing');
  return [...failed, ...disagreeing];
}

/** Of what was told alone: a second notice of one kind is one too many where nothing got worse twice. */
export function noticeIdFailures(told: Told): readonly string[] {
  return [...told].flatMap(([id, kinds]) => {
    const ids = kinds.get('opened')?.size ?? 0;
    return ids > 1 ? [`incident ${id} was told as opened under ${ids} ids`] : [];
  });
}

/** As many ids of each kind as it is said to have been told of, and something of each incident. */
async function disagreements(tattle: TattleProcess, id: string, told: Told): Promise<readonly string[]> {
  const { items } = (await call(tattle, 'GET', `/api/v1/incidents/${id}/decisions`)) as { items: readonly Decision[] };
  const heard = told.get(id) ?? new Map<string, ReadonlySet<string>>();
  const said = items.filter(({ verdict }) => verdict === 'told');
  const kinds = new Set([...heard.keys(), ...said.map(({ notice }) => notice)]);
  const wrong = [...kinds].flatMap((kind) => {
    const [ids, times] = [heard.get(kind)?.size ?? 0, said.filter(({ notice }) => notice === kind).length];
    return ids === times
      ? []
      : [`incident ${id}: ${kind} is said to be told ${times} times, and came under ${ids} ids`];
  });
  const isOver = items.some(({ reason }) => reason === 'over' || reason === 'merged');
  return kinds.size === 0 && !isOver ? [...wrong, `incident ${id} was never told`] : wrong;
}

async function allIncidents(tattle: TattleProcess): Promise<readonly Incident[]> {
  const page = (await call(tattle, 'GET', '/api/v1/incidents?limit=1000')) as { items: readonly Incident[] };
  return page.items;
}

async function call({ origin, token }: TattleProcess, method: string, path: string, body?: object): Promise<unknown> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await fetch(`${origin}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
  return response.json();
}
