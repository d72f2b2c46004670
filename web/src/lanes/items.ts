/** The items of a timeline, their times read once, each with a key of its own. */
import type { WireObjectRef, WirePlaceTimeline, WireSeverity } from '@tattle/contract';
import { SEVERITIES } from '../design/severities.ts';

export type WireItem = WirePlaceTimeline['items'][number];

export interface Item extends Omit<WireItem, 'at' | 'since' | 'until'> {
  /** Stays the same while the timeline grows. */
  readonly key: string;
  /** Milliseconds, as `since` and `until`. */
  readonly at: number;
  readonly since: number | null;
  readonly until: number | null;
}

export function readItems(wire: readonly WireItem[]): readonly Item[] {
  const seen = new Map<string, number>();
  return wire.map((item) => {
    const base = keyOf(item);
    const times = (seen.get(base) ?? 0) + 1;
    seen.set(base, times);
    const key = times === 1 ? base : `${base} ${times}`;
    return { ...item, key, at: Date.parse(item.at), since: momentOf(item.since), until: momentOf(item.until) };
  });
}

function keyOf({ kind, uid, incidentId, at, since, cluster, object, text }: WireItem): string {
  if (kind === 'event') return `event ${cluster} ${uid ?? `${at} ${text}`}`;
  if (kind === 'incident' || kind === 'resolved') return `${kind} ${incidentId ?? at}`;
  if (kind === 'gap') return `gap ${cluster} ${since ?? at} ${text.split(' ', 1)[0] ?? ''}`;
  return `change ${cluster} ${at} ${object === null ? '' : placeKey(cluster, object)}`;
}

function momentOf(text: string | null): number | null {
  return text === null ? null : Date.parse(text);
}

/** Tells objects apart by name: what has the same one in turn is one place. */
export function placeKey(cluster: string, { kind, namespace, name }: Omit<WireObjectRef, 'uid'>): string {
  return [cluster, namespace, kind, name].join('/');
}

/** Where it stands on the axis; what has a length begins there. */
export function beginOf({ kind, at, since }: Item): number {
  return kind === 'incident' || kind === 'gap' ? (since ?? at) : at;
}

export function worstOf(items: readonly Pick<Item, 'severity'>[]): WireSeverity | null {
  const ranks = items.flatMap(({ severity }) => (severity === null ? [] : [SEVERITIES.indexOf(severity)]));
  return ranks.length === 0 ? null : (SEVERITIES[ranks.reduce((least, rank) => Math.min(least, rank))] ?? null);
}

/** `Back-off restarting failed container`: the reason and how often stand beside it. */
export function messageOf({ kind, text, reason }: Pick<Item, 'kind' | 'text' | 'reason'>): string {
  if (kind !== 'event' || reason === null || !text.startsWith(reason)) return text;
  const rest = text.slice(reason.length).replace(/^ \(x\d+\)/, '');
  return rest.startsWith(': ') ? rest.slice(2) : text;
}

/** `Rev 5: image changed …`. */
export function changeLabel({ revision, text }: Pick<Item, 'revision' | 'text'>): string {
  return revision === null ? text : `Rev ${revision}: ${text}`;
}

/** `CrashLoopBackOff` of `CrashLoopBackOff: Deployment shop/web`; the whole text where it is written otherwise. */
export function conditionOf({ text }: Pick<Item, 'text'>): string {
  return /^([A-Za-z]+): /.exec(text)?.[1] ?? text;
}
