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
  '/',
  '/incidents/42?tab=events#log',
  '/a/../../../b',
  '/%2e%2e/%2E%2e/b',
  '/..%2f..%2fb',
  '/x?next=/../..//evil.example',
  '/:80/@evil.example',
  '/https://evil.example',
  '/;//evil.example',
  '/?//evil.example',
  '/#//evil.example',
])('from the callback behind a prefix, %s leads up to the root and no further', (text) => {
  const url = new URL(`..${returnPath(text)}`, 'https://here.example/tools/tattle/auth/callback?code=1');
  expect([url.origin, url.pathname.startsWith('/tools/tattle/')]).toEqual(['https://here.example', true]);
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
