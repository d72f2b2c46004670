/** What a channel would send, made readable: JSON on several lines, a mail as its text. Pure. */
import type { WireChannelPreview } from '@tattle/contract';

export interface ReadableBody {
  /** `JSON`, `Mail`, or the type as it is. */
  readonly kind: string;
  readonly text: string;
}

export function readable({ contentType, body }: WireChannelPreview): ReadableBody {
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === 'application/json' || type.endsWith('+json')) return { kind: 'JSON', text: prettyJson(body) };
  if (type === 'message/rfc822' || type === 'multipart/alternative') return { kind: 'Mail', text: mailText(body) };
  return { kind: type === 'text/plain' ? 'Text' : contentType, text: body };
}

/** As it is, where it is none. */
function prettyJson(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

const SHOWN_HEADERS = ['from', 'to', 'subject'];

/** From, to and subject, and the plain part; the whole source where that is not found. */
function mailText(source: string): string {
  const lines = source.split(/\r?\n/);
  const end = lines.indexOf('');
  const boundary = /boundary="([^"]+)"/.exec(source)?.[1];
  if (end === -1 || boundary === undefined) return source;
  const parts = source.split(`--${boundary}`).map((part) => part.replaceAll('\r\n', '\n'));
  const plain = parts.find((part) => /^\ncontent-type: text\/plain/i.test(part));
  if (plain === undefined) return source;
  const headers = lines.slice(0, end).filter((line) => SHOWN_HEADERS.includes(line.split(':')[0]?.toLowerCase() ?? ''));
  return [...headers, '', plain.slice(plain.indexOf('\n\n') + 2).trimEnd()].join('\n');
}
