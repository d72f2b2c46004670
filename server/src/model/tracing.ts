/** What a room says of the time that its work takes: spans, which the app sends to a collector, or nowhere. */

/** Names, ids, kinds and numbers alone: no text that a person or a cluster wrote, no URL, no token. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export interface SpanStart {
  /** One of few: what differs from time to time is an attribute. */
  readonly name: string;
  /** `client`: it waits for another system. Left out: work of this process. */
  readonly kind?: 'client';
  readonly attributes?: SpanAttributes;
}

export interface Span {
  /** What is undefined stays as it is. */
  set(attributes: SpanAttributes): void;
  /** It did not end well; `reason` is one of few words. */
  fail(reason: string): void;
  /** It turned out to be about nothing, and is not sent. */
  forget(): void;
}

/** As a caller's headers have them; what is malformed counts as none. */
export interface CallerTrace {
  readonly traceparent: string | undefined;
  readonly tracestate: string | undefined;
}

export interface OpenSpan extends Span {
  end(): void;
}

export interface Tracing {
  /** Ends with the work; a throw fails the span and is passed on. What is begun within is a child. */
  span<T>(start: SpanStart, work: (span: Span) => Promise<T>): Promise<T>;
  /** For a request, which ends elsewhere than where it begins: `within` is called once, at once, and what it begins is a child. */
  request(start: SpanStart, caller: CallerTrace, within: (span: OpenSpan) => void): void;
  /** The span that this is called in. */
  current(): Span;
}

const NOTHING: OpenSpan = {
  set: () => undefined,
  fail: () => undefined,
  forget: () => undefined,
  end: () => undefined,
};

export const UNTRACED: Tracing = {
  span: (_, work) => work(NOTHING),
  request: (_, __, within) => within(NOTHING),
  current: () => NOTHING,
};
