/** One JSON request to the HTTP API that a channel speaks: guarded, bounded, asked once. */
import { endpointOf, type GuardedRequest, type GuardedResponse } from '../../kit/guarded-fetch.ts';
import type { ChannelContext } from './channel-type.ts';

export interface JsonRequest {
  readonly url: string;
  /** POST unless told. */
  readonly method?: GuardedRequest['method'];
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON text. */
  readonly body: string;
}

export type SendJson = (request: JsonRequest, signal: AbortSignal) => Promise<GuardedResponse>;

/** APIs answer with little; a flood is cut here. */
const MAX_RESPONSE_BYTES = 65_536;

/** `url` of every request must come from the channel's settings: where those are trusted, its host and port may lie inside. */
export function createSendJson(
  context: ChannelContext,
  settings: { readonly timeoutSeconds: number; readonly ca?: string },
): SendJson {
  const timeoutMs = settings.timeoutSeconds * 1000;
  return ({ url, method = 'POST', headers = {}, body }, signal) => {
    const endpoint = context.trusted ? endpointOf(url) : null;
    return context.fetch({
      url,
      method,
      headers: { 'user-agent': 'Tattle', accept: 'application/json', 'content-type': 'application/json', ...headers },
      body,
      totalTimeoutMs: timeoutMs,
      idleTimeoutMs: timeoutMs,
      maxResponseBytes: MAX_RESPONSE_BYTES,
      signal,
      ...(endpoint !== null && { trusted: endpoint }),
      ...(settings.ca !== undefined && { ca: settings.ca }),
    });
  };
}

/** The answer's fields; none where it is no JSON object. */
export function jsonFields(answer: GuardedResponse): Readonly<Record<string, unknown>> {
  if (answer.kind !== 'response') return {};
  try {
    const value: unknown = JSON.parse(answer.body);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
  } catch {
    return {};
  }
}
