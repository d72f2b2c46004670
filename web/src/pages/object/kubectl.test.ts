import { expect, it } from 'vitest';
import { quoted, readingCommands } from './kubectl.ts';

const texts = (kind: string, namespace: string, name: string) =>
  readingCommands({ kind, namespace, name }).map(({ text }) => text);

/** As a POSIX shell reads one word: quotes take all as it stands, a backslash the next sign; anything else must mean nothing to it. */
function wordOf(written: string): string {
  return written.replaceAll(
    /'([^']*)'|\\(.)|([^\w./:=@-])/gs,
    (_, inQuotes?: string, escaped?: string, bare?: string) => {
      if (bare !== undefined) throw new Error(`a shell would read something into ${bare}`);
      return inQuotes ?? escaped ?? '';
    },
  );
}

it('asks for the logs of pods alone', () => {
  expect(texts('Pod', 'shop', 'web-1')).toEqual([
    'kubectl describe pod/web-1 -n shop',
    'kubectl logs pod/web-1 -n shop --all-containers --tail=200',
    'kubectl logs pod/web-1 -n shop --all-containers --tail=200 --previous',
    'kubectl get pod/web-1 -n shop -o yaml',
  ]);
  expect(texts('Node', '', 'node-1')).toEqual(['kubectl describe node/node-1', 'kubectl get node/node-1 -o yaml']);
});

it.each([
  'web-1',
  "it's",
  '$(reboot)',
  '`reboot`',
  'a b',
  '"; reboot #',
  '--help',
  '',
  '\\',
  '~',
  '*',
  '!!',
  '🔥',
  '‮evil',
])('hands %j to a command as one word', (text) => {
  expect(wordOf(quoted(text))).toBe(text);
});

it('gives no name that an option could be made of', () => {
  for (const text of texts('Pod', 'shop', '--kubeconfig=/tmp/x')) expect(text).toContain(' pod/--kubeconfig=/tmp/x ');
});

it.each([
  ['Pod', 'a\nb'],
  ['Pod', 'a\u001b[2J'],
  ['', 'a'],
  ['Pod', ''],
])('gives no command for %j %j', (kind, name) => {
  expect(texts(kind, 'shop', name)).toEqual([]);
});
