/** Values for completion, asked of the server within a second, or read from the kubeconfig; nothing where that fails. */
import { readFile } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import type { WireChannels, WireIncidentPage, WireNamespaces, WireSilence, WireSinks } from '@tattle/contract';
import { parse } from 'yaml';
import type { Surroundings } from '../surroundings.ts';
import type { LiveValues, Suggestion } from './complete.ts';

/** A shell waits for it at every press of the key. */
const PATIENCE_MS = 800;
const MOST_INCIDENTS = 50;

export function liveValues(words: readonly string[], env: Surroundings['env']): LiveValues {
  const ask = async (path: string): Promise<unknown> => {
    const server = await serverOf(words, env);
    if (server === null) return null;
    const headers = server.token === '' ? {} : { authorization: `Bearer ${server.token}` };
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const response = await fetch(`${server.url.replace(/\/+$/, '')}${path}`, { headers, signal, redirect: 'error' });
    const body: unknown = response.ok ? await response.json() : null;
    return body;
  };
  return {
    namespaces: () =>
      orNothing(async () => {
        const answer = (await ask('/api/v1/namespaces')) as WireNamespaces | null;
        const names = new Set((answer?.items ?? []).map(({ namespace }) => namespace).filter((name) => name !== ''));
        return [...names].sort().map((value) => ({ value, about: '' }));
      }),
    incidents: () =>
      orNothing(async () => {
        const answer = (await ask(`/api/v1/incidents?limit=${MOST_INCIDENTS}`)) as WireIncidentPage | null;
        return (answer?.items ?? []).map(({ id, title }) => ({ value: id, about: title }));
      }),
    silences: () =>
      orNothing(async () => {
        const answer = (await ask('/api/v1/silences')) as { readonly items: readonly WireSilence[] } | null;
        return (answer?.items ?? []).map(({ id, matchers, comment }) => ({
          value: id,
          about: `${matchers.join(', ')}: ${comment}`,
        }));
      }),
    channels: () =>
      orNothing(async () => {
        const answer = (await ask('/api/v1/channels')) as WireChannels | null;
        return (answer?.items ?? []).map(({ name, type }) => ({ value: name, about: type }));
      }),
    sinks: () =>
      orNothing(async () => {
        const answer = (await ask('/api/v1/sinks')) as WireSinks | null;
        return (answer?.items ?? []).map(({ name, target }) => ({ value: name, about: target }));
      }),
    contexts: () => orNothing(() => contextsOf(words, env)),
  };
}

async function orNothing(ask: () => Promise<readonly Suggestion[]>): Promise<readonly Suggestion[]> {
  try {
    return await ask();
  } catch {
    return [];
  }
}

interface Server {
  readonly url: string;
  readonly token: string;
}

/** As the command itself would find it, but for a store: none is opened for a completion. */
async function serverOf(words: readonly string[], env: Surroundings['env']): Promise<Server | null> {
  const named = flagValue(words, '--server');
  if (named !== undefined) return { url: named, token: env.TATTLE_TOKEN ?? '' };
  const dataDir = resolve(flagValue(words, '--data-dir') ?? (env.TATTLE_DATA_DIR || '.tattle'));
  const written: unknown = JSON.parse(await readFile(join(dataDir, 'server.json'), 'utf8'));
  if (!isObject(written)) return null;
  const { url, token } = written;
  return typeof url === 'string' && typeof token === 'string' ? { url, token } : null;
}

async function contextsOf(words: readonly string[], env: Surroundings['env']): Promise<readonly Suggestion[]> {
  const home = join(env.HOME ?? env.USERPROFILE ?? '', '.kube', 'config');
  const files = flagValue(words, '--kubeconfig') ?? (env.TATTLE_KUBECONFIG || env.KUBECONFIG || home);
  const names: string[] = [];
  for (const file of files.split(delimiter).filter((path) => path !== '')) {
    const config: unknown = parse(await readFile(file, 'utf8'));
    const contexts: unknown = isObject(config) ? config['contexts'] : undefined;
    for (const context of Array.isArray(contexts) ? (contexts as unknown[]) : []) {
      const name = isObject(context) ? context['name'] : undefined;
      if (typeof name === 'string') names.push(name);
    }
  }
  return [...new Set(names)].map((value) => ({ value, about: '' }));
}

function flagValue(words: readonly string[], flag: string): string | undefined {
  const assigned = words.find((word) => word.startsWith(`${flag}=`));
  if (assigned !== undefined) return assigned.slice(flag.length + 1);
  const index = words.indexOf(flag);
  return index === -1 ? undefined : words[index + 1];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
