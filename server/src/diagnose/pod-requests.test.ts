import { describe, expect, it } from 'vitest';
import { greediestPath, podRequest } from './pod-requests.ts';

const GI = 2 ** 30;
const asking = (name: string, memory: string, more: object = {}) => ({
  name,
  resources: { requests: { memory } },
  ...more,
});

describe('what a pod asks for', () => {
  it.each([
    ['its containers together', { containers: [asking('a', '1Gi'), asking('b', '2Gi')] }, 3 * GI],
    ['a greedy init container', { initContainers: [asking('i', '8Gi')], containers: [asking('a', '1Gi')] }, 8 * GI],
    [
      'sidecars beside both',
      {
        initContainers: [asking('mesh', '1Gi', { restartPolicy: 'Always' }), asking('i', '4Gi')],
        containers: [asking('a', '2Gi')],
      },
      5 * GI,
    ],
    ['the overhead of its runtime', { overhead: { memory: '1Gi' }, containers: [asking('a', '1Gi')] }, 2 * GI],
    [
      'the request of the pod as a whole',
      { resources: { requests: { memory: '9Gi' } }, containers: [asking('a', '1Gi')] },
      9 * GI,
    ],
    ['a limit without a request', { containers: [{ name: 'a', resources: { limits: { memory: '2Gi' } } }] }, 2 * GI],
  ])('is %s', (_what, spec, expected) => {
    expect(podRequest(spec, 'memory')).toBe(expected);
  });

  it('is unknown where nothing is asked for', () => {
    expect(podRequest({ containers: [{ name: 'a' }] }, 'memory')).toBeUndefined();
    expect(podRequest({}, 'cpu')).toBeUndefined();
    expect(podRequest({ containers: 'x', initContainers: [null] }, 'cpu')).toBeUndefined();
  });

  it('names the greediest container', () => {
    const spec = { containers: [asking('a', '1Gi'), asking('b', '2Gi')] };
    expect(greediestPath(spec, 'memory')).toEqual(['containers', 'b', 'resources', 'requests', 'memory']);
    expect(greediestPath(spec, 'cpu')).toBeUndefined();
  });
});
