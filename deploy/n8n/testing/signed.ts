/** Signs as Standard Webhooks says, by nothing of the product. */
import { createHmac } from 'node:crypto';

/** As a person makes one for both sides: n8n's credential holds the text, Tattle the same in base64. */
export const KEY_TEXT = 'a1b2c3d4e5f60718293a4b5c6d7e8f9011223344556677';
export const WHSEC = `whsec_${Buffer.from(KEY_TEXT).toString('base64')}`;

export function signedHeaders(
  body: string,
  { id, at = Date.now(), key = KEY_TEXT }: { id: string; at?: number; key?: string },
): Record<string, string> {
  const timestamp = String(Math.floor(at / 1000));
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  };
}
