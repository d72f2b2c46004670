import { expect, it } from 'vitest';
import { signedHeaders } from '../testing/signed.ts';
import { isGenuine, readEnvelope } from './envelope.ts';

const NOW = 1_800_000_000_000;
const headers = signedHeaders('{}', { id: 'msg_1', at: NOW });
const read = (changed: Record<string, unknown> = {}) =>
  readEnvelope({ headers: { ...headers, ...changed }, body: '{}', now: NOW });

it('reads what the signature must cover', () => {
  expect(read()).toMatchObject({ signed: `msg_1.${NOW / 1000}.{}`, refusal: '' });
});

it.each([
  ['without an id', { 'webhook-id': undefined }],
  ['with an id that never ends', { 'webhook-id': 'x'.repeat(257) }],
  ['without a time', { 'webhook-timestamp': undefined }],
  ['with a time that is no number', { 'webhook-timestamp': '1e9' }],
  ['with a negative time', { 'webhook-timestamp': '-1800000000' }],
  ['five minutes old', { 'webhook-timestamp': String(NOW / 1000 - 301) }],
  ['five minutes early', { 'webhook-timestamp': String(NOW / 1000 + 301) }],
  ['without a signature', { 'webhook-signature': undefined }],
  ['with a signature of another version', { 'webhook-signature': 'v1a,AAAA' }],
])('refuses a message %s, and then has nothing to sign', (_, changed) => {
  const envelope = read(changed);
  expect(envelope.refusal).not.toBe('');
  expect(envelope.signed).toBe('');
  expect(isGenuine(envelope, 'AAAA')).toBe(false);
});

it('takes a message of 300 s ago', () => {
  expect(read({ 'webhook-timestamp': String(NOW / 1000 - 300) }).refusal).toBe('');
});

it.each(['', 'v1,', 'v1,AAA', 'v1,AAAAA', 'v1,AAAB'])('does not take %j for v1,AAAA', (signature) => {
  expect(isGenuine(read({ 'webhook-signature': signature }), 'AAAA')).toBe(false);
});

it('takes any of several signatures', () => {
  expect(isGenuine(read({ 'webhook-signature': 'v1,BBBB v2,CCCC v1,AAAA' }), 'AAAA')).toBe(true);
});

it('never finds nothing genuine because nothing was expected', () => {
  expect(isGenuine(read({ 'webhook-signature': 'v1,' }), '')).toBe(false);
});
