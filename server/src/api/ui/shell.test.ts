import { expect, test } from 'vitest';
import { isPage, shellAt, shellOf, wayUp } from './shell.ts';

test.each([
  ['/', './'],
  ['/incidents', './'],
  ['/incidents/', '../'],
  ['/incidents/x', '../'],
  ['/a/b/c', '../../'],
  ['/events?q=a/b/c&from=now-1h', './'],
  ['/events?', './'],
  ['/objects/shop%2Fcheckout', '../'],
  ['//', '../'],
  ['//evil.example/x', '../../'],
  ['/a//b', '../../'],
  ['/a#/b/c', './'],
  ['http://localhost:7171/a/b', '../'],
  ['http://localhost:7171', './'],
])('from %s the way up is %s', (url, expected) => {
  expect(wayUp(url)).toBe(expected);
});

test.each([
  '/',
  '/a',
  '/a/',
  '/a/b',
  '/a/b/',
  '/a%2Fb/c',
  '//',
  '//a',
  '/a//b',
  '/a/b/c/d/e?x=/../y',
  '/%61/%62',
  '/a;b/c',
])('from %s, behind any prefix, a browser finds the root by it', (path) => {
  for (const prefix of ['', '/tattle', '/tools/tattle', '/a%2Fb']) {
    expect(new URL(wayUp(path), `https://here.example${prefix}${path}`).href).toBe(`https://here.example${prefix}/`);
  }
});

test('the page is as it was built, but for the way up', () => {
  const shell = shellOf('<head><base href="./"><title>T</title>');
  if (shell === null) throw new Error('it is one');
  const [root, below] = [shellAt(shell, '/'), shellAt(shell, '/incidents/x')];
  expect(root.html).toBe('<head><base href="./"><title>T</title>');
  expect(below.html).toBe('<head><base href="../"><title>T</title>');
  expect(root.etag).not.toBe(below.etag);
  expect(shellAt(shell, '/incidents/y').etag).toBe(below.etag);
  expect(shellOf('<base href="./" />')).not.toBeNull();
});

test.each(['', '<head></head>', '<base href="/">', '<base href="./"><base href="./">'])(
  '%j is no such page',
  (index) => {
    expect(shellOf(index)).toBeNull();
  },
);

test.each([
  ['', true],
  ['incidents/x', true],
  ['apiary', true],
  ['x/api', true],
  ['api', false],
  ['api/v2/x', false],
  ['auth/x', false],
  ['assets/x.js', false],
  ['assets\\x.js', false],
  ['/api/v1/events', false],
  ['healthz/', false],
  ['readyz', false],
  ['metrics/x', false],
  ['x'.repeat(2048), true],
  ['x'.repeat(2049), false],
])('%.40s is a page: %j', (path, expected) => {
  expect(isPage(path)).toBe(expected);
});
