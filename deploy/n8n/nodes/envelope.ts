/** The envelope of a Standard Webhooks message: what its signature must cover, and whether it is of now. */

const MOST_AGE_SECONDS = 300;
const MOST_SIGNATURES = 10;

export interface Envelope {
  readonly id: string;
  readonly body: string;
  /** What the sender signed; empty where `refusal` says what is wrong already. */
  readonly signed: string;
  /** The signatures of version 1 that came along: two while a secret rotates. */
  readonly offered: readonly string[];
  readonly refusal: string;
}

export function readEnvelope(message: {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
  /** Milliseconds. */
  readonly now: number;
}): Envelope {
  const header = (name: string) => (typeof message.headers[name] === 'string' ? message.headers[name] : '');
  const id = header('webhook-id');
  const timestamp = header('webhook-timestamp');
  const offered = header('webhook-signature')
    .split(' ')
    .filter((signature) => signature.startsWith('v1,'))
    .map((signature) => signature.slice(3))
    .slice(0, MOST_SIGNATURES);
  const refusal = whyNot({ id, timestamp, offered, now: message.now });
  const signed = refusal === '' ? `${id}.${timestamp}.${message.body}` : '';
  return { id, body: message.body, signed, offered, refusal };
}

function whyNot(read: { id: string; timestamp: string; offered: readonly string[]; now: number }): string {
  if (read.id === '' || read.id.length > 256) return 'webhook-id is missing';
  if (!/^\d{1,12}$/.test(read.timestamp)) return 'webhook-timestamp is missing';
  const age = Math.abs(read.now / 1000 - Number(read.timestamp));
  if (age > MOST_AGE_SECONDS) return 'webhook-timestamp is more than five minutes away from now';
  return read.offered.length === 0 ? 'webhook-signature is missing' : '';
}

/** Compares every character, so that the time it takes tells nothing. */
export function isGenuine(envelope: Envelope, expected: string): boolean {
  if (envelope.refusal !== '' || expected === '') return false;
  return envelope.offered.some((offered) => {
    let difference = offered.length ^ expected.length;
    for (let at = 0; at < expected.length; at += 1)
      difference |= (offered.charCodeAt(at) || 0) ^ expected.charCodeAt(at);
    return difference === 0;
  });
}
