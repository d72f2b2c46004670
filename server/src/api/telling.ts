/** What the API asks of the rest about who is told: silences, channels, decisions, the policy. */
import type { WireNotifyPolicy } from '@tattle/contract';
import type { ChannelPreview, NoticeKind } from '../model/delivery.ts';
import type { Incident } from '../model/incident.ts';
import type { NoticeDecision } from '../model/notice-decision.ts';
import type { SilenceStore } from '../model/ports/telling.ts';
import type { Matcher } from '../model/silence.ts';
import type { SettingProblem } from './setting-problem.ts';

export interface Telling {
  readonly silences: SilenceStore;
  /** What was held back by the silence is looked at again. */
  readonly silenceEnded: (id: string) => Promise<void>;
  readonly readMatchers: (texts: readonly string[]) => MatchersReading;
  readonly matcherText: (matcher: Matcher) => string;
  /** Those that the matchers hold for. */
  readonly matching: (matchers: readonly Matcher[], incidents: readonly Incident[]) => Promise<readonly Incident[]>;
  /** Of an incident, the newest first. */
  readonly decisions: (incidentId: string, limit: number) => Promise<readonly NoticeDecision[]>;
  readonly channels: () => Promise<readonly ChannelStanding[]>;
  /** The id of the delivery; null where there is no such channel. */
  readonly testChannel: (name: string) => Promise<string | null>;
  /** Of a made-up incident where none is given; null where there is no such channel. */
  readonly previewChannel: (
    name: string,
    kind: 'opened' | 'worse' | 'diagnosed' | 'acknowledged' | 'resolved' | 'test',
    incident: Incident | null,
  ) => Promise<ChannelPreview | null>;
  /** The `notify` section in force, as the configuration writes it. */
  readonly policy: () => NotifySection;
  /** Without a section, the one in force. */
  readonly tryPolicy: (section: unknown, from: number, to: number) => Promise<TrialOutcome>;
}

export type MatchersReading =
  | { readonly ok: true; readonly matchers: readonly Matcher[] }
  | { readonly ok: false; readonly problems: readonly SettingProblem[] };

/** Never a credential. */
export interface ChannelStanding {
  readonly name: string;
  readonly type: string;
  readonly origin: 'configuration' | 'runtime';
  /** Why it cannot send, and how to mend it; null where it can. */
  readonly broken: string | null;
  readonly state: 'ready' | 'failing' | 'off';
  readonly wants: readonly NoticeKind[];
  readonly lastDeliveredAt: number | null;
  readonly lastFailure: { readonly at: number; readonly error: string } | null;
}

/** As the contract writes it. */
export type NotifySection = WireNotifyPolicy;

export type TrialOutcome =
  | { readonly kind: 'invalid'; readonly problems: readonly SettingProblem[] }
  | {
      readonly kind: 'tried';
      /** The newest first. */
      readonly items: readonly { readonly incident: Incident; readonly decisions: readonly NoticeDecision[] }[];
      readonly partial: boolean;
      readonly faults: readonly { readonly rule: string; readonly fault: string }[];
    };
