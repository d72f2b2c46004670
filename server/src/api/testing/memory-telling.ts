/** Who is told, in memory: one channel, silences with matchers of the form NAME=VALUE over cluster, namespace and severity. */
import { type Silence, silenceState } from '../../model/silence.ts';
import type { SilenceStore } from '../../model/ports/telling.ts';
import type { Telling } from '../telling.ts';

export function memoryTelling(): Telling & { readonly ended: string[] } {
  const ended: string[] = [];
  return {
    ended,
    silences: memorySilences(),
    silenceEnded: async (id) => void ended.push(id),
    readMatchers: (texts) => {
      const matchers = texts.flatMap((text) => {
        const [, name = '', value = ''] = /^(cluster|namespace|severity)="?([^"]*)"?$/.exec(text) ?? [];
        return name === '' ? [] : [{ name, operator: '=' as const, value }];
      });
      return matchers.length === texts.length
        ? { ok: true, matchers }
        : { ok: false, problems: [{ path: 'matchers[0]', message: 'is no matcher' }] };
    },
    matcherText: ({ name, operator, value }) => `${name}${operator}${JSON.stringify(value)}`,
    matching: async (matchers, incidents) =>
      incidents.filter(({ root, cluster, severity }) => {
        const known: Readonly<Record<string, string>> = { namespace: root.namespace, cluster: cluster.name, severity };
        return matchers.every(({ name, value }) => known[name] === value);
      }),
    decisions: async () => [],
    channels: async () => [
      {
        ...{ name: 'ops', type: 'webhook', origin: 'configuration', broken: null, state: 'ready', wants: ['opened'] },
        ...{ lastDeliveredAt: null, lastFailure: null },
      },
    ],
    testChannel: async (name) => (name === 'ops' ? 'delivery-1' : null),
    previewChannel: async (name, kind) =>
      name === 'ops' ? { contentType: 'application/json', body: JSON.stringify({ kind }) } : null,
    policy: () => ({ rules: [], routes: [], maintenance: [], inhibit: [] }),
    tryPolicy: async (section) =>
      section === undefined
        ? { kind: 'tried', items: [], partial: false, faults: [] }
        : { kind: 'invalid', problems: [{ path: 'routes', message: 'must be a list' }] },
  };
}

function memorySilences(): SilenceStore {
  const rows = new Map<string, Silence>();
  return {
    addSilence: async (silence) => void rows.set(silence.id, silence),
    expireSilence: async (id, _by, at) => {
      const silence = rows.get(id);
      if (silence === undefined) return null;
      if (silenceState(silence, at) !== 'expired') rows.set(id, { ...silence, expiredAt: at });
      return silence;
    },
    silences: async (now, states) =>
      [...rows.values()].filter((silence) => states?.includes(silenceState(silence, now)) ?? true),
    silence: async (id) => rows.get(id) ?? null,
  };
}
