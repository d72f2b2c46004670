/** Files that claim to be exported incidents, made by whoever wants to harm those who open them. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openIncidentRecording } from './incident-recording.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hostile-export-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const CART = { kind: 'Deployment', namespace: 'shop', name: 'cart', uid: 'd1' };
const POD = { kind: 'Pod', namespace: 'shop', name: 'cart-1', uid: 'p1' };
const OPENED = '2026-01-01T00:00:00Z';

interface Given {
  readonly incident?: object;
  readonly events?: readonly object[];
  readonly evidence?: readonly object[];
}

/** The lines as JSON, as they are sent. */
async function played({ incident, events = [], evidence = [] }: Given, edit = (text: string) => text) {
  const whole = {
    form: 'tattle.incident/v1',
    incident: { cluster: 'c', clusterName: 'c', openedAt: OPENED, root: CART, subject: POD, objects: [], ...incident },
    events,
    evidence,
  };
  const path = join(folder, 'export.json');
  await writeFile(path, edit(JSON.stringify(whole)));
  const recording = await openIncidentRecording(path);
  const lines: string[] = [];
  for await (const line of recording.lines()) lines.push(JSON.stringify(line));
  return { recording, lines };
}

const specOf = (body: string) => ({ kind: 'spec', object: POD, container: '', capturedAt: OPENED, body, error: null });

describe('a hostile export', () => {
  it('with evidence nested without end is played without that', async () => {
    const nested = `{"spec":{"containers":[{"name":"x","env":${'['.repeat(100_000)}${']'.repeat(100_000)}}]}}`;
    const { lines } = await played({ evidence: [specOf(nested)] });
    expect(lines.join('')).toContain('cart-1');
  });

  it('of more objects than can be held against each other is refused, naming the file', async () => {
    const objects = Array.from({ length: 50_000 }, (_, i) => ({ ...POD, name: `cart-${i}`, uid: `u${i}` }));
    const before = performance.now();
    await expect(played({ incident: { objects } })).rejects.toThrow(/export\.json cannot be played: .*6000 objects/);
    expect(performance.now() - before).toBeLessThan(3000);
  });

  it('changes nothing but what it tells of', async () => {
    const proto = { kind: '__proto__', object: POD, container: '', capturedAt: OPENED, body: '{"polluted":1}' };
    const change = {
      at: '2025-12-31T23:59:00Z',
      object: CART,
      diff: [{ field: 'label __proto__', after: 'polluted' }],
    };
    await played(
      {
        incident: { changes: [change] },
        events: [{ origin: 'event', uid: 'e', object: POD, labels: { mark: 'x' }, lastSeen: OPENED }],
        evidence: [proto, { ...proto, kind: 'constructor' }, specOf('{"spec":{"mark":{"polluted":1}}}')],
      },
      (text) => text.replaceAll('"mark"', '"__proto__"').replaceAll('\\"mark\\"', '\\"__proto__\\"'),
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it('names no file of whoever plays it: its logs are those that it holds', async () => {
    const log = { kind: 'log', object: POD, container: 'app', capturedAt: OPENED, body: 'its own words', error: null };
    const { recording } = await played({ evidence: [log] });
    const asked = { namespace: 'shop', pod: 'cart-1', container: 'app', previous: false };
    expect(await recording.log(asked)).toBe('its own words');
    expect(await recording.log({ ...asked, container: '../../../../etc/passwd' })).toBeNull();
    expect(await recording.log({ ...asked, pod: '../../etc', container: 'passwd' })).toBeNull();
  });

  it.each([
    ['an empty file', ''],
    ['a page that opens and never ends', '<script type="application/json" id="tattle-incident">'.repeat(1000)],
    ['JSON that is cut short', '{"form":"tattle.incident/v1","incident":{'],
    ['a list', '[]'],
    ['text', 'nothing'],
  ])('that is %s is refused in words', async (_, text) => {
    await expect(played({}, () => text)).rejects.toThrow(/cannot be played: it/);
  });
});
