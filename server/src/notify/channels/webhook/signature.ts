/** Standard Webhooks: secrets, and the headers that prove where a message comes from and when. */
import { createHmac } from 'node:crypto';

const PREFIX = 'whsec_';

/** The key of a `whsec_` secret of 24–64 bytes, or why it is none. The text never repeats the secret. */
export function readSecret(text: string): Buffer | string {
  if (!text.startsWith(PREFIX)) return `must begin with ${PREFIX}, followed by 24 to 64 bytes in base64`;
  const encoded = text.slice(PREFIX.length);
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) return `must be base64 after ${PREFIX}`;
  const key = Buffer.from(encoded, 'base64');
  if (key.length < 24 || key.length > 64) return `must hold 24 to 64 bytes, it holds ${key.length}`;
  return key;
}

/** `id` is the same over retries, `at` is the attempt's time in milliseconds. One signature a key, while a secret rotates two. */
export function webhookHeaders(
  message: { readonly id: string; readonly at: number; readonly body: string },
  keys: readonly Buffer[],
): Record<string, string> {
  const timestamp = String(Math.floor(message.at / 1000));
  const headers = { 'webhook-id': message.id, 'webhook-timestamp': timestamp };
  if (keys.length === 0) return headers;
  const signed = `${message.id}.${timestamp}.${message.body}`;
  const signatures = keys.map((key) => `v1,${createHmac('sha256', key).update(signed).digest('base64')}`);
  return { ...headers, 'webhook-signature': signatures.join(' ') };
}
