/** Seals text with a key (AES-256-GCM), so that whoever reads the store reads nothing, and whoever changes it is found out. */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/** 32 bytes, as base64 writes them. */
export const KEY_TEXT = /^[A-Za-z0-9+/_-]{43}=?$/;

export interface SealKey {
  readonly bytes: Buffer;
  /** Tells one key from another, and nothing else about it. */
  readonly id: string;
}

/** `other-key`: it was sealed with another one. `damaged`: it, or what it belongs to, is not what was sealed. */
export type Opened = { readonly kind: 'opened'; readonly text: string } | { readonly kind: 'other-key' | 'damaged' };

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Null for what is no key. */
export function readKey(text: string): SealKey | null {
  if (!KEY_TEXT.test(text)) return null;
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === 32 ? { bytes, id: idOf(bytes) } : null;
}

/** Also as text, for a file. */
export function newKeyText(): string {
  return randomBytes(32).toString('base64');
}

/** `about` is not sealed, but belongs to it: opened together with anything else, it is `damaged`. */
export function seal(text: string, about: string, { bytes, id }: SealKey): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', bytes, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(about));
  const sealed = Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `v1.${id}.${sealed.toString('base64url')}`;
}

/** Never throws for what it is given. */
export function open(sealed: string, about: string, key: SealKey): Opened {
  const [version, id, body = ''] = sealed.split('.');
  const bytes = Buffer.from(body, 'base64url');
  if (version !== 'v1' || bytes.length < IV_BYTES + TAG_BYTES) return { kind: 'damaged' };
  if (id !== key.id) return { kind: 'other-key' };
  const [iv, tag] = [bytes.subarray(0, IV_BYTES), bytes.subarray(-TAG_BYTES)];
  const decipher = createDecipheriv('aes-256-gcm', key.bytes, iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(about)).setAuthTag(tag);
  try {
    const text = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
    return { kind: 'opened', text: text.toString('utf8') };
  } catch {
    return { kind: 'damaged' };
  }
}

function idOf(bytes: Buffer): string {
  return createHash('sha256').update('which key of Tattle this is').update(bytes).digest('hex').slice(0, 8);
}
