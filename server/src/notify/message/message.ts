/** What a notice says to people, in plain text and in pieces: every chat and mail channel lays the same pieces out in its own way. */
import type { Severity } from '../../model/cluster-event.ts';
import type { CauseCode } from '../../model/diagnosis.ts';
import type { NoticeKind } from '../../model/delivery.ts';

export interface Message {
  readonly kind: NoticeKind;
  /** For the colour and the symbol: `over` is good news, `news` is neither. */
  readonly tone: 'broken' | 'over' | 'news';
  readonly severity: Severity;
  /** One line: `Broken: CrashLoopBackOff of Deployment shop/cart`. */
  readonly headline: string;
  /** The diagnosis in a sentence or two, or what is known without one. Empty where there is nothing to say. */
  readonly why: string;
  /** Null where there is no diagnosis. */
  readonly cause: CauseCode | null;
  /** Namespace, cluster, since when: short, the most useful first. */
  readonly facts: readonly Fact[];
  /** What to do, the most useful first, five at the most. */
  readonly nextSteps: readonly string[];
  /** Commands that only read, three at the most. */
  readonly commands: readonly string[];
  /** The line that says it, quoted from a log or an event; null without one. */
  readonly quote: string | null;
  /** Further incidents in the same message, a line each, ten at the most; `more` counts the rest. */
  readonly also: readonly string[];
  readonly more: number;
  /** What the reader should know about the message itself, such as that evidence was still on its way. Empty mostly. */
  readonly note: string;
  /** The page to look at; null where nobody said under which name people reach Tattle. */
  readonly url: string | null;
  readonly at: number;
}

export interface Fact {
  readonly name: string;
  readonly value: string;
}
