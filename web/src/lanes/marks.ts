/** What a lane draws: marks that are too near fold into one, incidents become bars in rows, what finds no room becomes a mark. */
import { SEVERITIES } from '../design/severities.ts';
import { beginOf, type Item } from './items.ts';

/** Pixels of a moment, from the left edge of what is shown. */
export type PixelOf = (moment: number) => number;

export interface Mark {
  /** That of its first item. */
  readonly key: string;
  readonly x: number;
  /** The oldest first. */
  readonly items: readonly [Item, ...Item[]];
}

export interface Bar {
  readonly key: string;
  readonly item: Item;
  readonly x: number;
  readonly width: number;
  /** From above, 0 first. */
  readonly row: number;
  /** Whether it goes on. */
  readonly isOpen: boolean;
}

export interface Drawn {
  readonly changes: readonly Mark[];
  readonly bars: readonly Bar[];
  readonly barRows: number;
  readonly events: readonly Mark[];
}

export interface Drawing {
  readonly pixelOf: PixelOf;
  readonly width: number;
  readonly now: number;
  /** Nearer marks fold; no bar is narrower. Pixels. */
  readonly near: number;
}

const MOST_BAR_ROWS = 3;

export function drawLane(items: readonly Item[], drawing: Drawing): Drawn {
  const { pixelOf, near } = drawing;
  const { bars, rest } = packBars(incidentsOf(items), drawing);
  const events = items.filter(({ kind }) => kind === 'event');
  const loose = [...events, ...rest].sort((a, b) => beginOf(a) - beginOf(b));
  const changes = items.filter(({ kind }) => kind === 'change');
  return {
    changes: inSight(fold(changes, pixelOf, near), drawing),
    bars,
    barRows: bars.reduce((rows, { row }) => Math.max(rows, row + 1), 0),
    events: inSight(fold(loose, pixelOf, near), drawing),
  };
}

/** Anchored at the first of each, so that panning moves marks and does not shuffle them. Items: the oldest first. */
export function fold(items: readonly Item[], pixelOf: PixelOf, near: number): readonly Mark[] {
  const marks: { key: string; x: number; items: [Item, ...Item[]] }[] = [];
  for (const item of items) {
    const x = pixelOf(beginOf(item));
    const last = marks.at(-1);
    if (last !== undefined && x - last.x < near) last.items.push(item);
    else marks.push({ key: item.key, x, items: [item] });
  }
  return marks;
}

function inSight(marks: readonly Mark[], { width, near }: Drawing): readonly Mark[] {
  return marks.filter(({ x }) => x > -near && x < width + near);
}

/** One for each incident: its beginning, else, where that was cut off, its end, which knows both. */
function incidentsOf(items: readonly Item[]): readonly Item[] {
  const found = new Map<string, Item>();
  for (const item of items) {
    const { kind, incidentId, key } = item;
    if (kind === 'resolved' && !found.has(incidentId ?? key)) {
      found.set(incidentId ?? key, { ...item, kind: 'incident', until: item.at });
    }
    if (kind === 'incident') found.set(incidentId ?? key, item);
  }
  return [...found.values()];
}

interface Packed {
  readonly bars: readonly Bar[];
  readonly rest: readonly Item[];
}

/** What goes on, then the worst, finds room first. */
function packBars(incidents: readonly Item[], { pixelOf, width, now, near }: Drawing): Packed {
  const rows: Bar[][] = [];
  const rest: Item[] = [];
  for (const item of [...incidents].sort(byUrgency)) {
    const x = pixelOf(beginOf(item));
    const end = pixelOf(item.until ?? now);
    const shape = { x, width: Math.max(near, end - x) };
    if (shape.x + shape.width < 0 || x > width) continue;
    const row = rows.findIndex((bars) => bars.every((bar) => !overlaps(bar, shape)));
    const place = row >= 0 ? row : rows.length;
    if (place >= MOST_BAR_ROWS) rest.push(item);
    else (rows[place] ??= []).push({ key: item.key, item, ...shape, row: place, isOpen: item.until === null });
  }
  return { bars: rows.flat().sort((a, b) => a.x - b.x), rest };
}

type Shape = Pick<Bar, 'x' | 'width'>;

function overlaps(a: Shape, b: Shape): boolean {
  return a.x < b.x + b.width + 2 && b.x < a.x + a.width + 2;
}

function byUrgency(a: Item, b: Item): number {
  const open = Number(b.until === null) - Number(a.until === null);
  return open || rankOf(a) - rankOf(b) || beginOf(a) - beginOf(b);
}

function rankOf({ severity }: Item): number {
  return severity === null ? SEVERITIES.length : SEVERITIES.indexOf(severity);
}

/** Pixels that a label has beside each mark, up to the next one or the edge. */
export function roomsOf(marks: readonly Mark[], width: number): readonly number[] {
  return marks.map(({ x }, index) => (marks[index + 1]?.x ?? width) - x);
}
