/** Buttons under the messages of a chat: what a press on one asks for, and how whoever pressed is answered. */

export const BUTTON_ACTS = ['acknowledge', 'silence', 'resolve'] as const;
export type ButtonAct = (typeof BUTTON_ACTS)[number];

/** A request of a chat's servers, as it came: its signature covers the bytes. */
export interface SignedRequest {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Uint8Array;
}

export interface Press {
  readonly act: ButtonAct;
  readonly incidentId: string;
  /** Of this press, and the same where it is sent again. */
  readonly id: string;
  /** `slack:U1@T1`, `discord:1`: for the audit trail. */
  readonly actor: string;
  /** For people: what the chat calls them, on one line. */
  readonly name: string;
  /** Whether the channel's settings let them act. */
  readonly mayAct: boolean;
  /** Where a later answer goes: the chat's own business, handed back to `answerLater`. */
  readonly replyTo: Readonly<Record<string, string>>;
}

export type PressReading =
  /** Not signed by this channel's chat, or too long ago. */
  | { readonly kind: 'unsigned' }
  /** The chat asks whether anybody is there. */
  | { readonly kind: 'greeting'; readonly answer: ChatAnswer }
  /** Signed, and no press on a button of this channel. */
  | { readonly kind: 'other' }
  | { readonly kind: 'pressed'; readonly press: Press };

export type Said<Notice> =
  /** The message itself says it from now on. */
  | { readonly kind: 'changed'; readonly notice: Notice }
  /** Plain text beside the message. */
  | { readonly kind: 'told'; readonly text: string; readonly to: 'everybody' | 'presser' };

/** What a request is answered with. */
export interface ChatAnswer {
  readonly contentType: string;
  readonly body: string;
}

/** Of a channel whose messages have buttons. `Notice`: what it makes a message of. */
export interface Buttons<Notice> {
  /** Pure. `now` in milliseconds. */
  read(request: SignedRequest, now: number): PressReading;
  /** Nothing but that it was heard. */
  readonly heard: ChatAnswer;
  /** Null where the chat takes no words in the answer itself. */
  answer(said: Said<Notice>): ChatAnswer | null;
  /** After the request was answered with `heard`. Resolves to what went wrong, without credentials, or null. */
  answerLater(press: Press, said: Said<Notice>, signal: AbortSignal): Promise<string | null>;
}
