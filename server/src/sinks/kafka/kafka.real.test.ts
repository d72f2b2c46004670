/** Against brokers that speak Kafka's protocol (librdkafka's, inside kcat), read back by another client than ours. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { afterEach, expect, it } from 'vitest';
import type { SinkRecord } from '../../model/sink.ts';
import { eventOf, HOSTILE, incidentOf, manyEvents } from '../testing/records.ts';
import { contextForTests } from '../testing/sink-contract.ts';
import { kafka } from './kafka.ts';

const never = new AbortController().signal;
const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
});

/** Its bootstrap addresses. It lives as long as its standard input is open. */
async function startBroker(): Promise<{ readonly brokers: readonly string[]; readonly child: ChildProcess }> {
  const child = spawn('kcat', ['-P', '-b', 'mock', '-t', 'own', '-X', 'test.mock.num.brokers=3', '-d', 'mock'], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  children.push(child);
  let told = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (told += chunk.toString()));
  for (let i = 0; i < 200; i++) {
    const found = /bootstrap\.servers=(\S+)/.exec(told)?.[1];
    if (found !== undefined) return { brokers: found.split(','), child };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`kcat told no address: ${told}`);
}

interface Read {
  readonly key: string;
  readonly payload: string;
  readonly partition: number;
  readonly headers: readonly string[];
}

async function readBack(brokers: readonly string[], topic: string): Promise<readonly Read[]> {
  const { stdout } = await promisify(execFile)(
    'kcat',
    ['-C', '-b', brokers.join(','), '-t', topic, '-o', 'beginning', '-e', '-q', '-J'],
    { maxBuffer: 100_000_000, timeout: 30_000 },
  );
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Read);
}

function aSink(brokers: readonly string[], more: object = {}) {
  return kafka.create(
    { type: 'kafka', name: 'out', brokers, createTopics: true, timeoutSeconds: 5, ...more },
    contextForTests(),
  );
}

it.each(['none', 'gzip', 'lz4', 'zstd', 'snappy'])(
  'produces what another client reads back, in order for each key (%s)',
  async (compression) => {
    const { brokers } = await startBroker();
    const sink = aSink(brokers, { compression });
    const batch: readonly SinkRecord[] = [
      ...Array.from({ length: 30 }, (_, i) => eventOf(i + 1)),
      ...manyEvents(100),
      eventOf(31, { message: HOSTILE }),
    ];
    const incident = incidentOf();
    expect(await sink.send([...batch, incident], never)).toEqual({ kind: 'taken' });
    expect(await sink.send([eventOf(32)], never)).toEqual({ kind: 'taken' });
    await sink.close();
    const events = await readBack(brokers, 'tattle-events');
    expect(events.map(({ payload }) => payload).toSorted()).toEqual(
      [...batch, eventOf(32)].map(({ json }) => json).toSorted(),
    );
    const own = events.filter(({ key }) => key === eventOf(1).key);
    expect(new Set(own.map(({ partition }) => partition)).size).toBe(1);
    expect(own.map(({ payload }) => (JSON.parse(payload) as { count: number }).count)).toEqual(
      Array.from({ length: 32 }, (_, i) => i + 1),
    );
    expect(own[0]?.headers).toEqual(['id', eventOf(1).document.id, 'schema', 'tattle.event/v1']);
    expect(await readBack(brokers, 'tattle-incidents')).toMatchObject([{ key: 'inc_1', payload: incident.json }]);
  },
);

it('keeps everything for another try when its brokers die, and goes on with others', async () => {
  const first = await startBroker();
  const sink = aSink(first.brokers, { timeoutSeconds: 1 });
  expect(await sink.send([eventOf(1)], never)).toEqual({ kind: 'taken' });
  const ended = once(first.child, 'exit');
  first.child.kill('SIGKILL');
  await ended;
  expect(await sink.send([eventOf(2)], never)).toMatchObject({ kind: 'retry' });
  expect(await sink.send([eventOf(2)], AbortSignal.timeout(200))).toMatchObject({ kind: 'retry' });
  await sink.close();
  const second = await startBroker();
  const again = aSink(second.brokers);
  expect(await again.send([eventOf(2)], never)).toEqual({ kind: 'taken' });
  await again.close();
  expect(await readBack(second.brokers, 'tattle-events')).toMatchObject([{ payload: eventOf(2).json }]);
});
