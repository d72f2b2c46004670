import type { WireStatus } from '@tattle/contract';
import { expect, it } from 'vitest';
import { byCluster } from './cluster-watches.ts';

const stream = (cluster: string, name: string, health: WireStatus['streams'][number]['health']) => ({
  cluster,
  clusterName: `${cluster} name`,
  stream: name,
  health,
  since: '2026-02-01T12:00:00.000Z',
  lastHeard: null,
  detail: '',
});

it('gathers watches by cluster, what is not well first', () => {
  const told = byCluster([
    stream('a', 'pods', 'watching'),
    stream('b', 'pods', 'unreachable'),
    stream('a', 'nodes', 'denied'),
    stream('a', 'jobs', 'starting'),
  ]);
  expect(told.map(({ name, well, streams }) => [name, well, streams.map((each) => each.stream)])).toEqual([
    ['a name', 1, ['nodes', 'jobs', 'pods']],
    ['b name', 0, ['pods']],
  ]);
});
