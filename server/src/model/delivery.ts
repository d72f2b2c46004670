/** Notices to people and tools, and their deliveries: the outbox. */
import type { Evidence, Incident } from './incident.ts';
import type { ClusterEvent } from './cluster-event.ts';
import type { Diagnosis } from './diagnosis.ts';

export type NoticeKind = 'opened' | 'worse' | 'resolved' | 'test';

/** What a channel is asked to say. The same for every channel. */
export interface Notice {
  /** Stable over every retry: it becomes the webhook-id. */
  readonly id: string;
  readonly kind: NoticeKind;
  readonly incident: Incident;
  /** The event that made the notice; null where only its incident is left. */
  readonly event: ClusterEvent | null;
  readonly evidence: readonly Evidence[];
  /** Null where none was found in time. */
  readonly diagnosis: Diagnosis | null;
  /** True when the wait for evidence ran out. */
  readonly partial: boolean;
  readonly at: number;
}

/** `disabled`: the channel answered 410; `suppressed`: made by a replay, never sent; `dead`: out of tries. */
export type DeliveryStatus = 'pending' | 'delivered' | 'dead' | 'suppressed' | 'disabled';

export interface Delivery {
  readonly id: string;
  readonly channel: string;
  readonly incidentId: string;
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
  | { readonly kind: 'delivered'; readonly statusCode: number | null }
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
  deliver(notice: Notice, attempt: DeliveryAttempt, signal: AbortSignal): Promise<DeliveryOutcome>;
}

export interface DeliveryAttempt {
  readonly deliveryId: string;
  /** 1 for the first. */
  readonly number: number;
  readonly at: number;
}
