import { expect, it } from 'vitest';
import { type Item, readItems } from './items.ts';
import { lanesOf } from './lanes.ts';
import { itemsShown, readShown, shownOf, shownText } from './shown.ts';
import { pod, wireItem } from './testing/items.ts';

const items = readItems([
  wireItem('event', 1, { uid: 'a', object: pod('web-1') }),
  wireItem('event', 2, { uid: 'b' }),
  wireItem('change', 2),
  wireItem('event', 3, { uid: 'c', object: pod('web-2') }),
  wireItem('event', 9, { uid: 'd' }),
  wireItem('gap', 1),
]);
const clusters = lanesOf(items);
const events = items.filter(({ kind }) => kind === 'event').slice(0, 3) as [Item, ...Item[]];
const ROOT = 'c1/shop/Deployment/web';

it('finds a single mark again after a reload, also when it happened once more', () => {
  const [first] = events;
  expect(itemsShown(clusters, readShown(shownText(shownOf([first], ROOT))) ?? { key: '' }, () => false)).toEqual([
    first,
  ]);
});

it('finds what a fold held, and neither changes nor later ones', () => {
  const shown = readShown(shownText(shownOf(events, ROOT)));
  expect(shown === null ? [] : itemsShown(clusters, shown, () => false)).toEqual(events);
});

it('leaves out what has a lane of its own while that is open', () => {
  expect(itemsShown(clusters, shownOf(events, ROOT), () => true).map(({ uid }) => uid)).toEqual(['b']);
});

it.each([null, '', '1~2~happened~nowhere', '9~1~gap~c1', 'nothing'])('finds nothing for %j', (text) => {
  const shown = readShown(text);
  expect(shown === null ? [] : itemsShown(clusters, shown, () => false)).toEqual([]);
});

it('finds a gap of a cluster', () => {
  const gap = items.filter(({ kind }) => kind === 'gap') as [Item, ...Item[]];
  expect(itemsShown(clusters, shownOf(gap, 'c1'), () => false)).toEqual(gap);
});
