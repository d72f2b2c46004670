import { expect, it } from 'vitest';
import { readItems } from './items.ts';
import { lanesOf } from './lanes.ts';
import { moment, pod, wireItem } from './testing/items.ts';

const shopLanes = (items: Parameters<typeof readItems>[0]) => lanesOf(readItems(items))[0]?.groups ?? [];

it('puts what an owner owns below it', () => {
  const items = [
    wireItem('event', 1, { object: pod('web-1') }),
    wireItem('change', 2),
    wireItem('event', 3, { object: pod('web-2') }),
  ];
  const [group] = shopLanes(items);
  const [lane] = group?.lanes ?? [];
  expect(group?.lanes).toHaveLength(1);
  expect(lane?.own.map(({ kind }) => kind)).toEqual(['change']);
  expect(lane?.all).toHaveLength(3);
  expect(lane?.parts.map(({ object }) => object.name)).toEqual(['web-1', 'web-2']);
});

it('makes one lane of an owner of whom only its pods told', () => {
  const [group] = shopLanes([wireItem('event', 1, { object: pod('web-1') })]);
  expect(group?.lanes[0]?.object).toMatchObject({ kind: 'Deployment', name: 'web' });
  expect(group?.lanes[0]?.own).toEqual([]);
});

it('lets trouble that goes on come first, not trouble that is over', () => {
  const items = ['a', 'b', 'c'].flatMap((name) => {
    const place = { object: pod(name, name), rootOwner: pod(name, name) };
    if (name === 'a') return [wireItem('event', 1, place)];
    return [wireItem('incident', 1, { ...place, incidentId: name, until: name === 'b' ? moment(2) : null })];
  });
  expect(shopLanes(items).map(({ namespace }) => namespace)).toEqual(['c', 'a', 'b']);
});

it('keeps nodes apart from namespaces, and clusters from each other', () => {
  const node = { kind: 'Node', namespace: '', name: 'node-1', uid: '' };
  const other = { cluster: 'c2', clusterName: 'other' };
  const clusters = lanesOf(
    readItems([
      wireItem('event', 1),
      wireItem('event', 1, { object: node, rootOwner: node }),
      wireItem('event', 1, other),
    ]),
  );
  expect(clusters.map(({ clusterName }) => clusterName)).toEqual(['demo', 'other']);
  expect(clusters[0]?.groups.map(({ namespace }) => namespace)).toEqual(['', 'shop']);
});

it('shows a cluster of which there are only gaps', () => {
  const [cluster] = lanesOf(readItems([wireItem('gap', 1)]));
  expect(cluster?.gaps).toHaveLength(1);
  expect(cluster?.groups).toEqual([]);
});
