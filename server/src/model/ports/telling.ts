/** What telling people needs of the store: the outbox, decisions, silences, channels entered at run time. */
import type { Delivery, DeliveryOutcome, Notice, NoticeKind, DeliveryStatus, ToldIncident } from '../delivery.ts';
import type { Held, NoticeDecision } from '../notice-decision.ts';
import type { Silence, SilenceState } from '../silence.ts';
import type { ChannelAct, StoredChannel } from '../stored-channel.ts';
import type { Incident, NewJob } from '../incident.ts';
import type { Scope } from '../access.ts';

/** The outbox. Deliveries of one incident to one channel are attempted in the order they were made. */
export interface Outbox {
  /** One row for each (notice, channel); known rows are left as they are. */
  addDeliveries(notice: Notice, channels: readonly string[], status: DeliveryStatus, at: number): Promise<void>;
  claimDeliveries(
    limit: number,
    now: number,
    leaseMs: number,
    skipChannels: readonly string[],
  ): Promise<readonly ClaimedDelivery[]>;
  finishDelivery(claimed: ClaimedDelivery, outcome: DeliveryOutcome, next: NextDelivery, now: number): Promise<void>;
  /** Newest first. Throws `CursorError` for a cursor that it did not give out. */
  deliveries(filter: DeliveryFilter): Promise<DeliveryPage>;
  /** Puts dead, disabled or delivered ones back to pending, under the same id. Returns how many. */
  replayDeliveries(filter: DeliveryFilter, now: number): Promise<number>;
}

/** For channels that are kept alive. */
export interface OpenTold {
  /**
   * Incidents that the channel gave a receipt for, as they stand now, and that go on or ended since then; the newest first, `limit`
   * at the most.
   */
  openTold(channel: string, endedSince: number, limit: number): Promise<readonly ToldIncident[]>;
}

export interface ClaimedDelivery {
  readonly delivery: Delivery;
  readonly notice: Notice;
  /**
   * Of what was made before it about this incident in this channel, the newest receipt of a message that told of it alone, else of one that
   * told of others, too; null where there is none.
   */
  readonly receipt: string | null;
  /** Proof of the claim: the store's own business, handed back by `finishDelivery`. */
  readonly lease?: string;
}

/** What the schedule decided after an attempt. `uncounted`: it was given back while stopping, and was no attempt. */
export type NextDelivery =
  | { readonly status: 'delivered' | 'dead' | 'disabled' }
  | { readonly status: 'pending'; readonly nextAttemptAt: number; readonly uncounted?: boolean };

export interface DeliveryFilter {
  readonly ids?: readonly string[];
  /** Those that tell of it, alone or among others. */
  readonly incidentId?: string;
  readonly statuses?: readonly DeliveryStatus[];
  readonly channel?: string;
  readonly kind?: NoticeKind;
  readonly from?: number;
  readonly to?: number;
  /** Those of incidents that lie whole in it, since notices tell of all of them; left out, all. */
  readonly scope?: Scope;
  readonly limit: number;
  readonly cursor?: string;
}

/** With what its incident is called now; null where it is about none, or about one that is not kept any more. */
export interface ListedDelivery extends Delivery {
  readonly incidentTitle: string | null;
}

export interface DeliveryPage {
  readonly items: readonly ListedDelivery[];
  readonly nextCursor: string | null;
}

/** What deciding about notices remembers. */
export interface NoticeBook {
  /**
   * In one transaction. Decisions, deliveries, held notices and jobs that are known stay as they are. Throws `ConflictError`, and does
   * nothing, where one of `releases` was released before, or one of `limits` is reached by now.
   */
  record(entry: NoticeEntry): Promise<void>;
  /** Of an incident, the newest first. */
  decisions(incidentId: string, limit: number): Promise<readonly NoticeDecision[]>;
  /** Of `held` decisions with this `by`, the newest of each incident, while the incident is not resolved or merged. */
  heldBy(by: string, limit: number): Promise<readonly NoticeDecision[]>;
  /** Notices that a route told since then, whatever the channel; those that only changed a message left out. */
  toldCount(route: string, since: number): Promise<number>;
  /** One for each channel that has, or is about to get, a delivery about the incident. */
  lastTold(incidentId: string): Promise<readonly LastTold[]>;
  /** When a rule last spoke about any of the incidents of this condition and root; null where it never did. */
  ruleSpoke(
    rule: string,
    incident: Pick<Incident, 'cluster' | 'condition' | 'root'>,
    since: number,
  ): Promise<number | null>;
  /** Of a group, what waits, the oldest first. */
  waiting(group: string, limit: number): Promise<readonly Held[]>;
  /** When something of a group was last released; null where nothing was. */
  lastReleased(group: string): Promise<number | null>;
}

/** What a channel was told last of an incident, as far as later notices depend on it. */
export interface LastTold {
  readonly channel: string;
  /** Who was said to look at it; null where nobody was. */
  readonly acknowledgedBy: string | null;
  /** Whether a message tells, or is about to tell, of it alone, and can be changed. */
  readonly isAlone: boolean;
}

/** How much a route may tell: fewer than `notices` were told since then. */
export interface RouteLimit {
  readonly route: string;
  readonly since: number;
  readonly notices: number;
}

/** A message about one incident that is changed, behind the delivery that tells of it together with others. */
export interface MessageChange {
  readonly notice: Notice;
  readonly to: readonly string[];
}

export interface NoticeEntry {
  /** Null where nobody is told. */
  readonly notice: Notice | null;
  /** Names of the channels that are told. */
  readonly to: readonly string[];
  /** Left out: none. */
  readonly changes?: readonly MessageChange[];
  /** Of the routes that tell no more than so much; left out: none. Checked while no other worker tells by them. */
  readonly limits?: readonly RouteLimit[];
  readonly status: Extract<DeliveryStatus, 'pending' | 'suppressed'>;
  readonly decisions: readonly NoticeDecision[];
  readonly held: readonly Held[];
  /** What was held in a group and is told, or let go, with this: ids of its notices. */
  readonly releases: { readonly group: string; readonly noticeIds: readonly string[] } | null;
  readonly jobs: readonly NewJob[];
  readonly at: number;
}

export interface SilenceStore {
  /** With its audit entry (`silence.create`). */
  addSilence(silence: Silence, by: string): Promise<void>;
  /** With its audit entry (`silence.expire`). Null where there is none, the silence as it was before where it had ended already. */
  expireSilence(id: string, by: string, at: number): Promise<Silence | null>;
  /** By state at `now`; those that end last come first. All where `states` is left out. */
  silences(now: number, states?: readonly SilenceState[], limit?: number): Promise<readonly Silence[]>;
  silence(id: string): Promise<Silence | null>;
}

/** Channels that people added at run time, shared by every replica. What is secret in them is sealed. */
export interface ChannelStore {
  /** By name. */
  channels(): Promise<readonly StoredChannel[]>;
  /** With its audit entry. False where there is one of this name. */
  addChannel(channel: StoredChannel, act: ChannelAct): Promise<boolean>;
  /** In place of `seen`, with its audit entry. False where that is not what is stored any more. */
  changeChannel(seen: StoredChannel, channel: StoredChannel, act: ChannelAct): Promise<boolean>;
  /** With its audit entry. False where `seen` is not what is stored any more. */
  removeChannel(seen: StoredChannel, act: ChannelAct): Promise<boolean>;
  /** Calls back on every change by any replica, within a second; returns the function that stops it. */
  onChannelsChange(listener: () => void): () => void;
}
