/** How the form of a kind of channel is laid out: what comes first, what is needed, and what is left to a closer look. Pure. */
import type { Setting } from './setting-schema.ts';

/** One of several ways in which a kind of channel is reached, such as a webhook or a bot. */
export interface Way {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  /** What to do at the other end. */
  readonly steps: readonly string[];
  /** Settings without which it does not work. */
  readonly needs: readonly string[];
  /** Shown beside them, though it works without. */
  readonly first?: readonly string[];
  /** Settings that only this way has. */
  readonly also: readonly string[];
}

export interface ChannelGuide {
  /** What it is good for, in a line. */
  readonly about: string;
  readonly steps?: readonly string[];
  readonly ways?: readonly [Way, ...Way[]];
  /** Shown first, after what the way needs. */
  readonly first: readonly string[];
  /** By the setting: where the words for all kinds do not fit. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly hints?: Readonly<Record<string, string>>;
  readonly examples?: Readonly<Record<string, string>>;
}

export interface Layout {
  readonly first: readonly Setting[];
  readonly more: readonly Setting[];
}

interface Described {
  readonly guide: ChannelGuide;
  readonly settings: readonly Setting[];
}

/** A setting of another way is in neither part. */
export function layout({ guide, settings }: Described, way: Way | null): Layout {
  const ofWay = way === null ? [] : settingsOfWay(way);
  const ofAnother = (guide.ways ?? []).flatMap(settingsOfWay);
  const named = (names: readonly string[]) => names.flatMap((name) => settings.find((one) => one.name === name) ?? []);
  const leading = [...(way?.needs ?? []), ...(way?.first ?? []), ...guide.first];
  const required = settings.filter(({ name, isRequired }) => isRequired && !leading.includes(name));
  const first = [...named(leading), ...required];
  const rest = settings.filter(
    (one) => !first.includes(one) && (ofWay.includes(one.name) || !ofAnother.includes(one.name)),
  );
  const also = rest.filter(({ name }) => way?.also.includes(name) === true);
  return { first, more: [...also, ...rest.filter((one) => !also.includes(one))] };
}

/** What has to be filled in. */
export function needsOf({ settings }: Described, way: Way | null): readonly Setting[] {
  return settings.filter(({ name, isRequired }) => isRequired || way?.needs.includes(name) === true);
}

/** The way that settings speak of; the first where they speak of none. */
export function wayIn({ ways }: ChannelGuide, set: readonly string[]): Way | null {
  if (ways === undefined) return null;
  return ways.find((way) => settingsOfWay(way).some((name) => set.includes(name))) ?? ways[0];
}

function settingsOfWay({ needs, first = [], also }: Way): readonly string[] {
  return [...needs, ...first, ...also];
}
