/**
 * The text of Server-Sent Events. An `id:` without data moves a client's last event id and tells it nothing else (HTML standard,
 * 9.2.6: dispatching sets the last event id first, and then returns where the data buffer is empty).
 */

interface SseMessage {
  /** Without line breaks, as `event` is, too. */
  readonly id: string;
  readonly event: string;
  /** JSON holds no line break of its own: one line is enough. */
  readonly data: unknown;
}

export function message({ id, event, data }: SseMessage): string {
  return `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

export function idAlone(id: string): string {
  return `id: ${id}\n\n`;
}

/** How long a client is to wait before it connects again. */
export function retry(ms: number): string {
  return `retry: ${String(ms)}\n\n`;
}

export const HEARTBEAT = ': heartbeat\n\n';
