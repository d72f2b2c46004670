import { describe, expect, it } from 'vitest';
import { makeCase, words } from '../../testing/make-case.ts';
import { ephemeralStorage } from './ephemeral-storage.ts';

const SPEC = {
  containers: [{ name: 'app', resources: { limits: { 'ephemeral-storage': '1Gi' } } }],
  volumes: [{ name: 'cache', emptyDir: { sizeLimit: '512Mi' } }],
};

describe('a pod evicted for its own use of the disk', () => {
  it.each([
    [
      'Container app exceeded its local ephemeral storage limit "1Gi". ',
      'container app wrote more than its ephemeral-storage limit of 1Gi',
      'containers[app].resources.limits.ephemeral-storage: 1Gi',
    ],
    [
      'Pod ephemeral local storage usage exceeds the total limit of containers 1Gi. ',
      'the 1Gi that its containers are allowed',
      'containers[app].resources.limits.ephemeral-storage: 1Gi',
    ],
    [
      'Usage of EmptyDir volume "cache" exceeds the limit "512Mi". ',
      'volume cache grew beyond its sizeLimit of 512Mi',
      'volumes[cache].emptyDir.sizeLimit: 512Mi',
    ],
  ])('is explained: %s', (message, explanation, limit) => {
    const status = { phase: 'Failed', reason: 'Evicted', message };
    const [fromStatus] = ephemeralStorage.analyze(makeCase({ condition: 'Evicted', pods: [{ spec: SPEC, status }] }));
    expect(fromStatus).toMatchObject({ cause: 'ephemeral-storage', confidence: 0.96 });
    expect(fromStatus?.explanation).toContain(explanation);
    expect(words(fromStatus)).toEqual([`message: ${message.trim()}`, limit]);
    const [fromEvent] = ephemeralStorage.analyze(
      makeCase({ condition: 'Evicted', events: [{ reason: 'Evicted', message }] }),
    );
    expect(words(fromEvent)).toEqual([message.trim()]);
  });

  it('is not one that a node short of space evicted', () => {
    const message = 'The node was low on resource: ephemeral-storage. Threshold quantity: 10, available: 9. ';
    expect(ephemeralStorage.analyze(makeCase({ events: [{ reason: 'Evicted', message }] }))).toEqual([]);
    expect(ephemeralStorage.analyze(makeCase({}))).toEqual([]);
  });
});
