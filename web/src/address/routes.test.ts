import { expect, it } from 'vitest';
import { matchPattern, matchRoute, type Route } from './routes.ts';

const load = async () => Promise.reject(new Error('nothing is loaded here'));
const routes: readonly Route[] = ['/', '/incidents', '/incidents/:id', '/settings/:section'].map((pattern) => ({
  pattern,
  load,
}));

it.each([
  ['/', '/', {}],
  ['/incidents', '/incidents', {}],
  ['/incidents/', '/incidents', {}],
  ['/incidents/3760cf15', '/incidents/:id', { id: '3760cf15' }],
  ['/incidents/a%2Fb%20c', '/incidents/:id', { id: 'a/b c' }],
  ['/settings/access', '/settings/:section', { section: 'access' }],
])('leads %s to %s', (path, pattern, parts) => {
  const match = matchRoute(routes, path);
  expect(match?.route.pattern).toBe(pattern);
  expect(match?.parts).toEqual(parts);
});

it.each(['/nowhere', '/incidents/a/b', '/incidents/%E0%A4%A'])('knows no page at %s', (path) => {
  expect(matchRoute(routes, path)).toBeNull();
});

it('keeps what is only named like a part of Object as text', () => {
  expect(matchPattern('/incidents/:id', '/incidents/__proto__')).toEqual({ id: '__proto__' });
});
