/** Where a sign-in may lead on to. */
import { expect, test } from 'vitest';
import { returnPath } from './return-path.ts';

test.each([
  ['/', '/'],
  ['/incidents/42?tab=events#log', '/incidents/42?tab=events#log'],
  ['/events?q=reason:BackOff&from=now-1h', '/events?q=reason:BackOff&from=now-1h'],
  ['/search?q=grüße', '/search?q=gr%C3%BC%C3%9Fe'],
  ['/a/../b', '/b'],
  ['/go?to=https://evil.example', '/go?to=https://evil.example'],
])('%s is a path of this server', (text, expected) => {
  expect(returnPath(text)).toBe(expected);
});

test.each([
  '//evil.example',
  '///evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '/a\\b',
  '/\t/evil.example',
  '/\n/evil.example',
  '/.//evil.example',
  '/a/..//evil.example',
  '/%2e//evil.example',
  'https://evil.example/',
  'https:evil.example',
  'javascript:alert(1)',
  'evil.example',
  ' /a',
  '',
  '/a\r\nSet-Cookie: x=y',
  '/a\0',
  '/a\u0085b',
])('%j leads elsewhere, and is refused', (text) => {
  expect(returnPath(text)).toBeNull();
});

test.each([
  '/auth/login?return=/',
  '/auth/callback',
  '/x/../auth/login',
  `/${'x'.repeat(2000)}`,
  `/${'ü'.repeat(500)}`,
])('%.30s comes to the start page instead', (text) => {
  expect(returnPath(text)).toBe('/');
});
