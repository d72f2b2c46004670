/** What a channel brings to its contract, and what all parts of the contract do with it. */
import { expect } from 'vitest';
import { parseAllowList } from '../../kit/address-guard.ts';
import { systemClock } from '../../kit/clock.ts';
import { createGuardedConnect } from '../../kit/guarded-connect.ts';
import { createGuardedFetch } from '../../kit/guarded-fetch.ts';
import type { Channel, DeliveryOutcome, Notice, NoticeKind } from '../../model/delivery.ts';
import type { ChannelContext, ChannelType } from '../channels/channel-type.ts';
import { type Answer, answers, type FaultyEndpoint, faultyEndpoint, type Received } from './faulty-endpoint.ts';

export interface ChannelContract {
  readonly type: ChannelType;
  /** Settings of a channel that sends to `url` (which ends with `secret`) and gives up a hanging end within about a second. */
  settings(url: string): unknown;
  /** A word in the settings' secret parts (URL, token, password); it must never come up in an outcome or a preview. */
  readonly secret: string;
  /** What the other end answers when all is well, with what a receipt is made of; 204 and no body unless told. */
  readonly accept?: Answer;
  /** Throws when the message's proof of origin is missing or wrong. */
  verify?(received: Received): void;
  /** What says that two messages are one, the same over retries; the body unless told. */
  identity?(received: Received): string;
  /** What of a message its preview shows; the body unless told. */
  previewed?(received: Received): string;
  /**
   * Throws when a message made of hostile text pings somebody, breaks the layout, links where it should not, or exceeds what
   * the other end takes. `text` stood wherever a notice has text: see hostile-notices.ts.
   */
  assertHarmless(received: Received, text: string): void;
  /** Answers that mean something in this channel: `{"ok":false}` with status 200, an error code in the body. */
  readonly answers?: readonly MeantAnswer[];
  /** Statuses that mean something else than to try again later (410: to stop for good). */
  readonly statuses?: Readonly<Record<number, DeliveryOutcome['kind']>>;
  /** Whether success is only known from the body: then one that cannot be read asks for a retry. */
  readonly judgedByBody?: boolean;
  /** Where later notices change or follow the first message. */
  readonly updates?: MessageUpdates;
  /** Whether it sends that somebody looks at it, since no person is disturbed by that, or those who are paged no longer. */
  readonly wantsAcknowledgements?: true;
  /** The other end of a channel that speaks no HTTP; the contract's HTTP part is then left out. It listens on loopback. */
  openEnd?(): Promise<OtherEnd>;
  /** Kinds that it has nothing to say about: it delivers them by sending nothing. */
  readonly silentAbout?: readonly NoticeKind[];
}

export interface MeantAnswer {
  /** Completes "takes …". */
  readonly name: string;
  readonly answer: Answer;
  /** What the outcome holds at least. */
  readonly means: Readonly<Record<string, unknown>>;
}

export interface MessageUpdates {
  /** Whether a request changes a message instead of making one. */
  isChange(received: Received): boolean;
  /** Whether a request makes a message that answers, or stands in the thread of, the one of the receipt. */
  isReply(received: Received): boolean;
  /** How the other end answers a change of a message that somebody deleted. */
  readonly messageIsGone: Answer;
}

export interface OtherEnd {
  /** Such as `smtp://127.0.0.1:2525/`. */
  readonly url: string;
  readonly received: readonly Received[];
  close(): Promise<void>;
}

export function trustedContext(): ChannelContext {
  const { allowList } = parseAllowList([]);
  return {
    fetch: createGuardedFetch({ allowList }),
    connect: createGuardedConnect({ allowList }),
    clock: systemClock,
    trusted: true,
    linkTo: (id) => `https://tattle.example/incidents/${encodeURIComponent(id)}`,
  };
}

/** One attempt at a notice; whatever comes of it never says the secret. */
export async function attempt(
  channel: Channel,
  notice: Notice,
  contract: Pick<ChannelContract, 'secret'>,
  more: { readonly number?: number; readonly signal?: AbortSignal; readonly receipt?: string | null } = {},
): Promise<DeliveryOutcome> {
  const { number = 1, signal = new AbortController().signal, receipt = null } = more;
  const outcome = await channel.deliver(notice, { deliveryId: 'd1', number, at: systemClock.now(), receipt }, signal);
  expect(JSON.stringify(outcome)).not.toContain(contract.secret);
  return outcome;
}

export function acceptingEndpoint({ accept }: Pick<ChannelContract, 'accept'>): Promise<FaultyEndpoint> {
  return faultyEndpoint(accept ?? answers.status(204));
}
