import { readdirSync, readlinkSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLines } from './file-lines.ts';
import type { MergedLine } from './merge-files.ts';
import { resourceKey } from './recorded-resource.ts';
import { openRecording } from './recording.ts';

const examples = fileURLToPath(new URL('../../../../examples/', import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recording-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  for (const [file, text] of Object.entries(files)) {
    const path = join(folder, name, file);
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, text);
  }
  return join(folder, name);
}

async function collect(lines: AsyncIterable<MergedLine>): Promise<MergedLine[]> {
  const all: MergedLine[] = [];
  for await (const line of lines) all.push(line);
  return all;
}

const at = (t: number, type: string, name: string, resource = 'widgets') =>
  `${JSON.stringify({ t, resource, type, object: { kind: 'Widget', apiVersion: 'example.com/v1beta1', metadata: { name, namespace: 'shop' } } })}\n`;

describe('the recorded examples', () => {
  it('tell their cluster, their start and the resources they hold', async () => {
    const states = await openRecording(join(examples, 'states'));
    expect(states.clusterUid).toBe('a775fabc-2225-45a1-8095-a1eb8625fadf');
    expect(new Date(states.baseTime).toISOString()).toMatch(/^2026-11-20T23:43:3[12]/);
    expect(states.eventResource).toMatchObject({ group: 'events.k8s.io', version: 'v1', namespaced: true });
    expect(states.resources.map(resourceKey)).toContain('horizontalpodautoscalers.autoscaling');
    expect(states.resources.find((each) => each.kind === 'Node')?.namespaced).toBe(false);
    expect(states.skipped).toEqual([]);
  });

  it('are merged by time, objects before events of the same moment, with nothing lost', async () => {
    const story = await openRecording(join(examples, 'story'));
    const lines = await collect(story.lines());
    const times = lines.map(({ line }) => line.t);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    const firstEvents = lines.findIndex(({ resource }) => resource.resource === 'events');
    expect(lines.slice(0, firstEvents).every(({ line }) => line.type === 'LIST')).toBe(true);
    const pods = lines.filter(({ resource }) => resource.kind === 'Pod').map(({ line }) => line.type);
    expect(pods.filter((type) => type === 'MODIFIED')).toHaveLength(694);
    expect(pods.filter((type) => type === 'DELETED')).toHaveLength(43);
    expect(lines.map(({ line }) => `${line.file}:${line.line}`)).toEqual(
      (await collect(story.lines())).map(({ line }) => `${line.file}:${line.line}`),
    );
  });

  it('give their logs, and none for names that lead elsewhere', async () => {
    const states = await openRecording(join(examples, 'states'));
    const log = { namespace: 'checkout', pod: 'cart-api-8576fc8d5c-9kz2h', container: 'cart-api', previous: false };
    expect(await states.log(log)).toContain('DATABASE_URL is not set');
    expect(await states.log({ ...log, pod: 'nobody' })).toBeNull();
    expect(await states.log({ ...log, namespace: '..', pod: '..', container: 'truth' })).toBeNull();
    expect(await states.log({ ...log, container: '../../../truth' })).toBeNull();
  });
});

describe('a recording that is not perfect', () => {
  it('reports a broken line with its file and number, and reads on', async () => {
    const path = await write('broken', {
      'widgets.ndjson': `${at(1, 'ADDED', 'a')}{"t": 2, "resource": "wid\n[]\n${at(3, 'GONE', 'x')}\n${at(-1, 'ADDED', 'x')}${at(4, 'ADDED', 'b')}`,
    });
    const lines = (await collect((await openRecording(path)).lines())).map(({ line }) => line);
    expect(lines.map((line) => line.type)).toEqual(['ADDED', 'BROKEN', 'BROKEN', 'BROKEN', 'BROKEN', 'ADDED']);
    expect(lines.map((line) => line.line)).toEqual([1, 2, 3, 4, 6, 7]);
    expect(lines[1]).toMatchObject({ file: 'widgets.ndjson', reason: expect.stringMatching(/^not JSON/) });
  });

  it('keeps the order of a file whose times jump back', async () => {
    const path = await write('jumps', {
      'widgets.ndjson': at(1, 'ADDED', 'a') + at(5, 'ADDED', 'b') + at(2, 'ADDED', 'c') + at(6, 'ADDED', 'd'),
    });
    const lines = (await collect((await openRecording(path)).lines())).map(({ line }) => line);
    expect(lines.map((line) => line.t)).toEqual([1, 5, 5, 6]);
  });

  it('reads custom resources by their group, in files named by either', async () => {
    const list = { t: 0, resource: 'gadgets.example.org', type: 'LIST', resourceVersion: '1', items: [] };
    const path = await write('custom', {
      'widgets.ndjson': at(1, 'ADDED', 'a'),
      'gadgets.ndjson': JSON.stringify({ ...list, apiVersion: 'example.org/v2', kind: 'GadgetList' }),
      'notes.ndjson': 'hello\n',
      'empty.ndjson': '',
    });
    const recording = await openRecording(path);
    expect(recording.resources).toEqual([
      { group: 'example.org', version: 'v2', resource: 'gadgets', kind: 'Gadget', namespaced: true },
      { group: 'example.com', version: 'v1beta1', resource: 'widgets', kind: 'Widget', namespaced: true },
    ]);
    expect(recording.skipped).toHaveLength(2);
    expect(recording).toMatchObject({ eventResource: null, clusterUid: null });
  });

  it('falls back to core Events, and to built-in knowledge of empty lists', async () => {
    const list = (resource: string) =>
      JSON.stringify({ t: 0, resource, type: 'LIST', resourceVersion: '1', items: [] });
    const path = await write('old', { 'events.ndjson': list('events'), 'nodes.ndjson': list('nodes') });
    const recording = await openRecording(path);
    expect(recording.eventResource).toMatchObject({ group: '', version: 'v1', resource: 'events' });
    expect(recording.resources).toContainEqual(expect.objectContaining({ kind: 'Node', namespaced: false }));
  });

  it('is not led astray by one reporter whose clock runs years ahead', async () => {
    const event = (t: number, time: string) =>
      `${JSON.stringify({ t, resource: 'events', type: 'ADDED', object: { kind: 'Event', apiVersion: 'v1', lastTimestamp: time, metadata: { name: 'e', namespace: 'n' } } })}\n`;
    const path = await write('ahead', {
      'events.ndjson':
        event(10, '2026-01-01T00:00:10Z') +
        event(20, '2026-01-01T00:00:19Z') +
        event(21, '2036-01-01T00:00:00Z') +
        event(30, '2026-01-01T00:00:30Z'),
    });
    expect(new Date((await openRecording(path)).baseTime).toISOString()).toBe('2026-01-01T00:00:00.000Z');
  });

  it('says what is missing where a folder is no recording', async () => {
    await expect(openRecording(await write('none', { 'a.txt': 'x' }))).rejects.toThrow(/holds no recording/);
    await expect(openRecording(join(folder, 'nowhere'))).rejects.toThrow(/nowhere/);
  });
});

/** Files of a folder that this process holds open: a handle that is left to the garbage collector stays for a while. */
function heldOpen(path: string): readonly string[] {
  const targets = readdirSync('/proc/self/fd').map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      // It was the listing's own.
      return '';
    }
  });
  return targets.filter((target) => target.startsWith(`${path}/`));
}

describe.runIf(process.platform === 'linux')('the files of a recording', () => {
  const lines = (from: number) => Array.from({ length: 5000 }, (_, i) => at(from + i, 'ADDED', `w${i}`)).join('');

  it('are open while they are read, and closed once they are looked at, read, or left in the middle', async () => {
    const path = await write('held', { 'a.ndjson': lines(0), 'b.ndjson': lines(1), 'none.ndjson': 'hello\n' });
    const recording = await openRecording(path);
    expect(heldOpen(path)).toEqual([]);
    for await (const { line } of recording.lines()) {
      if (line.line === 10) expect(heldOpen(path)).toHaveLength(2);
      if (line.line === 20) break;
    }
    expect(heldOpen(path)).toEqual([]);
    const broken = (async () => {
      for await (const { line } of recording.lines()) if (line.line === 10) throw new Error('full');
    })();
    await expect(broken).rejects.toThrow('full');
    expect(heldOpen(path)).toEqual([]);
    await collect(recording.lines());
    expect(heldOpen(path)).toEqual([]);
  });

  it('are closed where one of them cannot be read', async () => {
    const path = await write('unreadable', { 'a.ndjson': lines(0), 'b.ndjson': lines(1), 'c.ndjson/x': '' });
    await expect(openRecording(path)).rejects.toThrow(/EISDIR/);
    expect(heldOpen(path)).toEqual([]);
  });

  it('are closed where one of them is gone when it is read', async () => {
    const path = await write('gone', { 'a.ndjson': lines(0), 'b.ndjson': lines(1) });
    const recording = await openRecording(path);
    await rm(join(path, 'b.ndjson'));
    await expect(collect(recording.lines())).rejects.toThrow(/ENOENT/);
    expect(heldOpen(path)).toEqual([]);
  });
});

describe('reading lines', () => {
  it('cuts a line that is longer than the limit and goes on with the next, across chunks', async () => {
    const path = join(
      await write('long', { lines: `short\n${'x'.repeat(700_000)}\n${'é'.repeat(200_000)}\nlast` }),
      'lines',
    );
    const lines = [];
    for await (const batch of readLines(path, 500_000)) lines.push(...batch);
    expect(lines.map((line) => [line.number, line.tooLong, line.text.length])).toEqual([
      [1, false, 5],
      [2, true, 200],
      [3, false, 200_000],
      [4, false, 4],
    ]);
  });
});
