/** What the API asks of the rest about channels that people add at run time. Answers hold no secret. */
import type { ChannelPreview, IncidentNotice } from '../model/delivery.ts';
import type { SettingProblem } from './setting-problem.ts';

export interface RuntimeChannels {
  readonly types: () => readonly ChannelTypeView[];
  /** Null where there is none. Throws `StoreUnavailable`, as the following do. */
  readonly channel: (name: string) => Promise<ChannelView | null>;
  /** Of what is wished, were it added, or a channel of this name and type changed so. */
  readonly preview: (wish: ChannelWish, notice: DraftNotice) => Promise<DraftOutcome>;
  readonly create: (wish: ChannelWish, by: string) => Promise<ChannelOutcome>;
  /** `isExpected` says of a version whether the change is meant for it. */
  readonly change: (
    wish: Omit<ChannelWish, 'type'>,
    by: string,
    isExpected: (version: string) => boolean,
  ) => Promise<ChannelOutcome>;
  readonly remove: (name: string, by: string, isExpected: (version: string) => boolean) => Promise<ChannelOutcome>;
}

export interface ChannelWish {
  readonly name: string;
  readonly type: string;
  /** null takes one away. */
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface ChannelView {
  readonly name: string;
  readonly type: string;
  readonly origin: 'configuration' | 'runtime';
  /** Another one after every change. */
  readonly version: string;
  readonly broken: string | null;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly secretsSet: readonly string[];
}

export interface ChannelTypeView {
  readonly type: string;
  /** JSON Schema. */
  readonly schema: Readonly<Record<string, unknown>>;
  readonly secrets: readonly string[];
}

export type ChannelOutcome =
  | { readonly kind: 'done'; readonly channel: ChannelView }
  | { readonly kind: 'invalid'; readonly problems: readonly SettingProblem[] }
  | { readonly kind: 'unknown' | 'stale' }
  /** There is one of this name. */
  | { readonly kind: 'taken'; readonly origin: ChannelView['origin'] }
  /** It is configuration's. */
  | { readonly kind: 'owned' }
  | { readonly kind: 'routed'; readonly routes: readonly string[] }
  | { readonly kind: 'too-many'; readonly most: number }
  /** Secrets cannot be sealed. */
  | { readonly kind: 'no-key'; readonly why: string };

export type DraftNotice = IncidentNotice['kind'];

export type DraftOutcome =
  | { readonly kind: 'preview'; readonly preview: ChannelPreview }
  | Extract<ChannelOutcome, { kind: 'invalid' }>;
