import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ClusterFlags, TargetFlags } from './commands/flags.ts';
import { CommandFailure } from './failure.ts';
import { readingPlace } from './reading-place.ts';

const none = () => false;
const only =
  (...paths: readonly string[]) =>
  (path: string) =>
    paths.includes(path);

describe('where to read from', () => {
  it.each<[string, TargetFlags & ClusterFlags, object]>([
    ['a server that is named', { server: 'http://x' }, { kind: 'tattle' }],
    ['a data directory that is named', { dataDir: 'd' }, { kind: 'tattle' }],
    ['a store that is named', { store: 'postgres://x' }, { kind: 'tattle' }],
    ['a context', { context: ['prod'] }, { kind: 'cluster', isFallback: false, contexts: ['prod'] }],
    ['kubeconfig files', { kubeconfig: 'a:b' }, { kind: 'cluster', isFallback: false, kubeconfig: ['a', 'b'] }],
    ['a recording', { recording: 'r' }, { kind: 'recording', directory: resolve('r') }],
  ])('%s wins over all that is there', (_name, flags, place) => {
    const env = { KUBECONFIG: 'k', TATTLE_STORE_URL: 'postgres://y' };
    expect(readingPlace(flags, env, () => true)).toEqual(place);
  });

  it('a server or a store that is there comes before the cluster', () => {
    const env = { KUBECONFIG: 'k' };
    for (const name of ['server.json', 'postgres']) {
      expect(readingPlace({}, env, only(resolve('.tattle', name))).kind).toBe('tattle');
      expect(readingPlace({}, { ...env, TATTLE_DATA_DIR: '/d' }, only(`/d/${name}`)).kind).toBe('tattle');
    }
    expect(readingPlace({}, { ...env, TATTLE_STORE_URL: 'postgres://y' }, none).kind).toBe('tattle');
  });

  it('without either, a kubeconfig or a pod is enough', () => {
    const fallback = { kind: 'cluster', isFallback: true };
    expect(readingPlace({}, { KUBECONFIG: 'k' }, none)).toEqual(fallback);
    expect(readingPlace({}, { TATTLE_KUBECONFIG: 'k' }, none)).toEqual(fallback);
    expect(readingPlace({}, { KUBERNETES_SERVICE_HOST: '10.0.0.1' }, none)).toEqual(fallback);
    expect(readingPlace({}, { HOME: '/home/anna' }, only('/home/anna/.kube/config'))).toEqual(fallback);
    const bare = { HOME: '/home/anna', KUBECONFIG: '', TATTLE_DATA_DIR: '' };
    expect(() => readingPlace({}, bare, none)).toThrow('neither a data directory');
    // What is there but holds no store is told by whoever opens it.
    expect(readingPlace({}, bare, only(resolve('.tattle')))).toEqual({ kind: 'tattle' });
  });

  it.each<[TargetFlags & ClusterFlags]>([
    [{ server: 'http://x', context: ['prod'] }],
    [{ dataDir: 'd', recording: 'r' }],
    [{ store: 's', kubeconfig: 'k' }],
    [{ context: ['prod'], recording: 'r' }],
  ])('%j exclude one another', (flags) => {
    expect(() => readingPlace(flags, {}, none)).toThrow(CommandFailure);
  });
});
