/** The API as a program uses it, for what a test needs to have happened. */
import type { ServerProcess } from './tattle.ts';

type Place = Pick<ServerProcess, 'origin' | 'token'>;

export async function post<Body>({ origin, token }: Place, path: string, body: unknown): Promise<Body> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await fetch(new URL(path, origin), { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Body;
}

/** Someone who may only look at some namespaces: where they come in, and with what. */
export async function viewerOf(place: Place, namespaces: readonly string[]): Promise<Place> {
  const grants = [{ role: 'viewer', scope: [{ cluster: null, namespaces }] }];
  const { secret } = await post<{ secret: string }>(place, '/api/v1/tokens', { name: 'viewer', grants });
  return { origin: place.origin, token: secret };
}
