/** A running server: whether it answers, is ready, and is the Tattle that this command came with. */
import { type Check, fail, messageOf, ok, skipped, warn } from './check.ts';

const ANSWER_MS = 5000;

export interface ServerToAsk {
  readonly url: string;
  readonly token: string | undefined;
}

export async function serverChecks(
  server: ServerToAsk | null,
  ownVersion: string,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  if (server === null) return [skipped('server', 'none runs on the data directory', 'tattle serve starts one.')];
  try {
    const alive = await askServer(server, '/healthz', signal);
    const ready = await askServer(server, '/readyz', signal);
    // Whatever listens there may answer 200 to anything; only Tattle tells of its checks.
    if (alive.status !== 200 || checksOf(ready.body) === null) {
      const told = `${originOf(server)} answers HTTP ${alive.status}, but is no Tattle`;
      return [fail('server', told, 'Check the address and its port.')];
    }
    const readiness = readinessChecks(checksOf(ready.body) ?? []);
    return [
      ok('server', `answers at ${originOf(server)}`),
      await versionCheck(server, ownVersion, signal),
      ...readiness,
    ];
  } catch (error) {
    signal.throwIfAborted();
    return [fail('server', `${originOf(server)} does not answer: ${messageOf(error)}`, 'Is it running there?')];
  }
}

async function versionCheck(server: ServerToAsk, ownVersion: string, signal: AbortSignal): Promise<Check> {
  const name = 'server version';
  const { status, body } = await askServer(server, '/api/v1/status', signal);
  if (status === 401 || status === 403) {
    const told = server.token === undefined || server.token === '' ? 'wants a token' : 'refuses this token';
    return warn(name, `the server ${told}`, 'Set TATTLE_TOKEN to a token of that server.');
  }
  const version = textOf(body, 'version');
  if (version === '') return warn(name, `its status cannot be read (HTTP ${status})`, 'Its log may say why.');
  if (version === ownVersion) return ok(name, version);
  const told = `the server is ${version}, this command ${ownVersion}`;
  return warn(name, told, 'Use the command of the same version: newer answers may be shown in part.');
}

/** Its own words about itself: what is well in one line, the rest each as a check. */
function readinessChecks(checks: readonly unknown[]): readonly Check[] {
  const isWell = (check: unknown) => textOf(check, 'state') === 'ok';
  const well = checks.filter(isWell).length;
  const fine = well === 0 ? [] : [ok('server readiness', `${well} of its own ${checks.length} checks are well`)];
  return [...fine, ...checks.filter((check) => !isWell(check)).map(troubleCheck)];
}

function checksOf(body: unknown): readonly unknown[] | null {
  const told: unknown = isObject(body) ? body['checks'] : undefined;
  return Array.isArray(told) ? (told as readonly unknown[]) : null;
}

function troubleCheck(check: unknown): Check {
  const name = `server: ${textOf(check, 'name')}`;
  const state = textOf(check, 'state');
  // A denial brings its Role along, below its first line.
  const [detail = '', ...mend] = textOf(check, 'detail').split('\n');
  const told = detail === '' ? state : detail;
  const lines = mend.length === 0 ? 'Its log says more.' : mend.join('\n');
  return state === 'degraded' ? warn(name, told, lines) : fail(name, told, lines);
}

/** Asks with its token. `body` is null where it is no JSON. Rejects where nobody answers. */
export async function askServer(
  { url, token }: ServerToAsk,
  path: string,
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly body: unknown }> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (token !== undefined && token !== '') headers['authorization'] = `Bearer ${token}`;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
  const response = await fetch(`${url.replace(/\/+$/, '')}${path}`, { headers, signal: limit, redirect: 'error' });
  const text = await response.text();
  try {
    return { status: response.status, body: JSON.parse(text) as unknown };
  } catch {
    return { status: response.status, body: null };
  }
}

export function originOf({ url }: ServerToAsk): string {
  return new URL(url).origin;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function textOf(value: unknown, member: string): string {
  const text = isObject(value) ? value[member] : undefined;
  return typeof text === 'string' ? text : '';
}
