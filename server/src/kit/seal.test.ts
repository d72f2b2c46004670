import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { newKeyText, open, readKey, seal, type SealKey } from './seal.ts';

const newKey = () => readKey(newKeyText()) as SealKey;

it('opens what it has sealed, whatever that is', () => {
  const key = newKey();
  for (const text of ['', 'x', '{"a":"ünï\u{1f600}"}', 'y'.repeat(100_000)]) {
    expect(open(seal(text, 'about', key), 'about', key)).toEqual({ kind: 'opened', text });
  }
});

it('shows nothing of it, and nothing that is the same twice', () => {
  const key = newKey();
  const [one, two] = [seal('xoxb-secret', 'a', key), seal('xoxb-secret', 'a', key)];
  expect(one).not.toBe(two);
  for (const sealed of [one, two]) {
    expect(Buffer.from(sealed.split('.')[2] ?? '', 'base64url').toString('latin1')).not.toContain('secret');
    expect(sealed).not.toContain(key.bytes.toString('base64url').slice(0, 8));
  }
});

it('tells another key from damage', () => {
  const key = newKey();
  expect(open(seal('s', 'a', key), 'a', newKey())).toEqual({ kind: 'other-key' });
  expect(open(seal('s', 'a', key), 'b', key)).toEqual({ kind: 'damaged' });
});

it('opens nothing of which a single bit was changed', () => {
  const key = newKey();
  const [version, id, body = ''] = seal('secret', 'about', key).split('.');
  const bytes = Buffer.from(body, 'base64url');
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const changed = Buffer.from(bytes);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(open(`${version}.${id}.${changed.toString('base64url')}`, 'about', key)).toEqual({ kind: 'damaged' });
  }
});

it('takes nothing that it did not make for more than damage', () => {
  const key = newKey();
  for (const text of ['', '.', 'v1', 'v1..', `v1.${key.id}.`, `v1.${key.id}.AAAA`, `v2.${key.id}.${'A'.repeat(99)}`]) {
    expect(open(text, 'a', key)).toEqual({ kind: 'damaged' });
  }
});

it('takes 32 bytes as base64 or base64url for a key, and nothing else', () => {
  const bytes = randomBytes(32);
  for (const encoding of ['base64', 'base64url'] as const) {
    expect(readKey(bytes.toString(encoding))?.bytes).toEqual(bytes);
  }
  for (const text of [
    '',
    'short',
    randomBytes(31).toString('base64'),
    randomBytes(33).toString('base64'),
    'ä'.repeat(43),
  ]) {
    expect(readKey(text)).toBeNull();
  }
});
