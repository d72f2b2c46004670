/** Channels that people add, in memory: every type is taken, and one setting, `url`, is secret. */
import type { ChannelOutcome, ChannelView, RuntimeChannels } from '../runtime-channels.ts';

export function memoryChannels(): RuntimeChannels {
  const added = new Map<string, ChannelView>();
  let version = 0;
  const put = (name: string, type: string, settings: ChannelView['settings']): ChannelOutcome => {
    const { url, ...plain } = settings;
    const secretsSet = url === undefined ? [] : ['url'];
    const about = { origin: 'runtime', broken: null, version: String((version += 1)) } as const;
    const channel: ChannelView = { name, type, ...about, settings: plain, secretsSet };
    added.set(name, channel);
    return { kind: 'done', channel };
  };
  const ops: ChannelView = {
    ...{ name: 'ops', type: 'webhook', origin: 'configuration', version: '0', broken: null },
    ...{ settings: {}, secretsSet: ['url'] },
  };
  return {
    types: () => [{ type: 'webhook', schema: { type: 'object', properties: {} }, secrets: ['url'] }],
    channel: async (name) => (name === 'ops' ? ops : (added.get(name) ?? null)),
    preview: async ({ name }) => ({ kind: 'preview', preview: { contentType: 'text/plain', body: name } }),
    create: async ({ name, type, settings }) =>
      added.has(name) || name === 'ops'
        ? { kind: 'taken', origin: name === 'ops' ? 'configuration' : 'runtime' }
        : put(name, type, settings),
    change: async ({ name, settings }, _by, isExpected) => {
      const known = added.get(name);
      if (known === undefined) return { kind: name === 'ops' ? 'owned' : 'unknown' };
      return isExpected(known.version) ? put(name, known.type, settings) : { kind: 'stale' };
    },
    remove: async (name, _by, isExpected) => {
      const known = added.get(name);
      if (known === undefined) return { kind: name === 'ops' ? 'owned' : 'unknown' };
      if (!isExpected(known.version)) return { kind: 'stale' };
      added.delete(name);
      return { kind: 'done', channel: known };
    },
  };
}
