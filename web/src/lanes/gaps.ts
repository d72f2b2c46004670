/** Where nobody watched, as columns: what overlaps is one. */
import type { Item } from './items.ts';
import type { Drawing } from './marks.ts';

export interface GapColumn {
  readonly key: string;
  readonly x: number;
  readonly width: number;
  readonly gaps: readonly [Item, ...Item[]];
}

/** Those in sight, from left to right; never thinner than a person can see. */
export function gapColumns(gaps: readonly Item[], { pixelOf, width, now }: Drawing): readonly GapColumn[] {
  const columns: { key: string; x: number; end: number; gaps: [Item, ...Item[]] }[] = [];
  const begun = (gap: Item) => gap.since ?? gap.at;
  for (const gap of [...gaps].sort((a, b) => begun(a) - begun(b))) {
    const x = pixelOf(begun(gap));
    const end = Math.max(x + 3, pixelOf(gap.until ?? now));
    const last = columns.at(-1);
    if (last !== undefined && x <= last.end) {
      last.end = Math.max(last.end, end);
      last.gaps.push(gap);
    } else columns.push({ key: gap.key, x, end, gaps: [gap] });
  }
  return columns
    .filter(({ x, end }) => end > 0 && x < width)
    .map(({ key, x, end, gaps: own }) => ({
      key,
      gaps: own,
      x: Math.max(0, x),
      width: Math.min(width, end) - Math.max(0, x),
    }));
}
