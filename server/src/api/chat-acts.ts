/** What the API asks of the rest about people who act from a chat. */
import type { ChatAnswer, SignedRequest } from '../model/button.ts';

export type Chat = 'slack' | 'discord';

/** What a chat's servers sent, checked and done. Answers in time for the chat, whatever the act takes. Never throws. */
export type ChatActs = (chat: Chat, request: SignedRequest) => Promise<ChatActsOutcome>;

export type ChatActsOutcome =
  /** By nobody whom a configured channel knows. */
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'answered'; readonly answer: ChatAnswer }
  /** Too many wait to be answered. */
  | { readonly kind: 'busy' };
