/** Notices to people and tools, and their deliveries: the outbox. */
import type { Evidence, Incident } from './incident.ts';
import type { ClusterEvent } from './cluster-event.ts';
import type { CauseCode, Diagnosis } from './diagnosis.ts';
import type { Buttons } from './button.ts';

/** What happens to an incident, as its commit writes it down. */
export const TURNS = ['opened', 'worse', 'resolved'] as const;
export type Turn = (typeof TURNS)[number];

/**
 * `diagnosed`: a cause was found, or another one, after the incident had been told. `acknowledged`: somebody looks at it, which nobody
 * is to be disturbed with. `reminder`: it still goes on. `escalated`: nobody acknowledged it in time. `digest`: several incidents in one
 * summary. `test`: tries a channel.
 */
export const NOTICE_KINDS = [...TURNS, 'diagnosed', 'acknowledged', 'reminder', 'escalated', 'digest', 'test'] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

interface NoticeBase {
  /** Stable over every retry: it becomes the webhook-id. */
  readonly id: string;
  readonly at: number;
}

/** What a channel is asked to say about an incident. The same for every channel. */
export interface IncidentNotice extends NoticeBase {
  readonly kind: Exclude<NoticeKind, 'digest'>;
  readonly incident: Incident;
  /** The event that made the notice; null where only its incident is left. */
  readonly event: ClusterEvent | null;
  readonly evidence: readonly Evidence[];
  /** Null where none was found in time. */
  readonly diagnosis: Diagnosis | null;
  /** True when the wait for evidence ran out. */
  readonly partial: boolean;
  /** Further incidents that the same message tells of: they were grouped. The worst is `incident`. */
  readonly also: readonly AlsoTold[];
  /** Who said last that they look at it, while the incident is acknowledged. */
  readonly acknowledgedBy?: string;
  /** Told in another message, together with others: this only changes the one that told of the incident alone, and disturbs nobody. */
  readonly isChange?: true;
}

export interface AlsoTold {
  readonly incident: Incident;
  readonly kind: Turn;
  readonly acknowledgedBy?: string;
}

/** What went on while nobody was to be disturbed. */
export interface DigestNotice extends NoticeBase {
  readonly kind: 'digest';
  readonly digest: Digest;
}

export type Notice = IncidentNotice | DigestNotice;

/** Of the incidents that a route held back between two times (milliseconds). */
export interface Digest {
  /** Why they were held: `overnight`, the name of the quiet hours, …; for people. */
  readonly occasion: string;
  readonly from: number;
  readonly to: number;
  /** The worst and then the newest first, twenty at the most. */
  readonly lines: readonly DigestLine[];
  readonly incidents: number;
  readonly stillOpen: number;
  /** Ended without anybody's doing. */
  readonly healed: number;
  /** Events that repeated what was known, of these incidents. */
  readonly repeats: number;
}

export interface DigestLine {
  readonly incident: Incident;
  /** Null where there is no diagnosis. */
  readonly cause: CauseCode | null;
}

/** `disabled`: the channel answered 410; `suppressed`: made by a replay, never sent; `dead`: out of tries. */
export type DeliveryStatus = 'pending' | 'delivered' | 'dead' | 'suppressed' | 'disabled';

export interface Delivery {
  readonly id: string;
  /** The id of its notice, which the channel says to its other end: a webhook's `webhook-id`. */
  readonly noticeId: string;
  readonly channel: string;
  /** Null where it is about none, or several: a digest, a test. */
  readonly incidentId: string | null;
  readonly noticeKind: NoticeKind;
  readonly status: DeliveryStatus;
  readonly attempts: number;
  readonly createdAt: number;
  readonly nextAttemptAt: number | null;
  readonly deliveredAt: number | null;
  readonly lastError: string | null;
  readonly lastStatusCode: number | null;
}

/** How one attempt ended. `gone` is HTTP 410: the channel is switched off until a person looks. */
export type DeliveryOutcome =
  | {
      readonly kind: 'delivered';
      readonly statusCode: number | null;
      /** How the channel knows the message that it made, where later ones may change or follow it; 1,000 characters at the most. */
      readonly receipt?: string;
      /** What failed all the same, where enough of several others took it; for people, without credentials. */
      readonly warning?: string;
    }
  | {
      readonly kind: 'retry';
      readonly error: string;
      readonly statusCode: number | null;
      readonly retryAfterMs?: number;
    }
  | { readonly kind: 'failed'; readonly error: string; readonly statusCode: number | null }
  | { readonly kind: 'gone'; readonly error: string; readonly statusCode: number };

/** A channel tries once; the job runner alone retries. It never throws for an expected answer. */
export interface Channel {
  readonly name: string;
  readonly type: string;
  /** Notices that it takes: `diagnosed` and `acknowledged` where it can change what it has said, or a machine listens. */
  readonly wants: ReadonlySet<NoticeKind>;
  /** Whether it changes the message that told of one incident alone, so that this says how the incident stands. */
  readonly changesMessages?: true;
  /** What its other end bears, where that is less than usual. */
  readonly pace?: ChannelPace;
  deliver(notice: Notice, attempt: DeliveryAttempt, signal: AbortSignal): Promise<DeliveryOutcome>;
  /** What `deliver` would send, for a person to look at: credentials left out. */
  preview(notice: Notice): ChannelPreview;
  /** Of a channel whose other end forgets what is not said again. */
  readonly keepAlive?: KeepAlive;
  /** Of one whose messages have buttons that do something. */
  readonly buttons?: Buttons<IncidentNotice>;
}

export interface KeepAlive {
  readonly everyMs: number;
  /** How long the end of an incident is said again, in case it was not heard. */
  readonly endedForMs: number;
  /**
   * Says again what `told` gives, which is asked while no delivery is made: what is said is never older than what was said last.
   * Resolves to what failed, in sentences for people; rejects only where `told` does.
   */
  push(told: () => Promise<readonly ToldIncident[]>, signal: AbortSignal): Promise<readonly string[]>;
}

/** An incident that a channel gave a receipt for, as it stands now. */
export interface ToldIncident {
  readonly incident: Incident;
  /** When it was resolved, or merged into another; null while it goes on. */
  readonly endedAt: number | null;
  readonly diagnosis: Diagnosis | null;
  /** Of the last notice; null where that had none, or told of several incidents. */
  readonly event: ClusterEvent | null;
  /** The newest one; null where it is one of several incidents. */
  readonly receipt: string | null;
}

export interface ChannelPace {
  readonly perSecond: number;
  /** At once, after a pause. */
  readonly burst: number;
}

export interface ChannelPreview {
  /** Of `body`: `application/json`, `text/plain`, `message/rfc822`. */
  readonly contentType: string;
  readonly body: string;
}

export interface DeliveryAttempt {
  readonly deliveryId: string;
  /** 1 for the first. */
  readonly number: number;
  readonly at: number;
  /** Of this incident in this channel: the message to change or to answer, one about it alone where there is any. Null where there is none. */
  readonly receipt: string | null;
}
