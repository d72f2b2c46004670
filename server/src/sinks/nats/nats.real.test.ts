/** Against a real NATS server with JetStream. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { SinkRecord } from '../../model/sink.ts';
import { eventOf, HOSTILE, incidentOf, manyEvents } from '../testing/records.ts';
import { contextForTests } from '../testing/sink-contract.ts';
import { nats } from './nats.ts';
import { freePort, startNatsServer } from './testing/nats-server.ts';

const TOKEN = 't0ken-of-the-test';
const never = new AbortController().signal;
let folder: string;
let port: number;
let stop: () => Promise<void>;

const startNats = () => startNatsServer('-js', '-sd', folder, '-a', '127.0.0.1', '-p', String(port), '--auth', TOKEN);

async function client(): Promise<NatsConnection> {
  return connect({ servers: [`127.0.0.1:${String(port)}`], token: TOKEN });
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tattle-nats-'));
  port = await freePort();
  stop = await startNats();
});
afterEach(async () => {
  await stop();
  await rm(folder, { recursive: true, force: true });
});

async function makeStream(): Promise<void> {
  const connection = await client();
  const manager = await jetstreamManager(connection);
  await manager.streams.add({ name: 'TATTLE', subjects: ['tattle.>'] });
  await connection.close();
}

interface Stored {
  readonly subject: string;
  readonly id: string;
  readonly text: string;
}

async function stored(): Promise<readonly Stored[]> {
  const connection = await client();
  const { state } = await (await jetstreamManager(connection)).streams.info('TATTLE');
  const consumer = await jetstream(connection).consumers.get('TATTLE');
  const found: Stored[] = [];
  if (state.messages > 0) {
    for await (const message of await consumer.fetch({ max_messages: state.messages, expires: 5_000 })) {
      found.push({ subject: message.subject, id: message.headers?.get('Nats-Msg-Id') ?? '', text: message.string() });
      if (found.length === state.messages) break;
    }
  }
  await connection.close();
  return found;
}

function aSink(more: object = {}) {
  return nats.create(
    {
      type: 'nats',
      name: 'out',
      servers: [`nats://127.0.0.1:${String(port)}`],
      token: TOKEN,
      timeoutSeconds: 2,
      ...more,
    },
    contextForTests(),
  );
}

it('publishes to subjects by cluster, namespace and kind, in order for each object, and drops what it sent before', async () => {
  await makeStream();
  const sink = aSink({ stream: 'TATTLE' });
  const batch: readonly SinkRecord[] = [
    ...Array.from({ length: 20 }, (_, i) => eventOf(i + 1)),
    ...manyEvents(200),
    eventOf(21, { message: HOSTILE }),
    incidentOf(),
  ];
  expect(await sink.send(batch, never)).toEqual({ kind: 'taken', refused: [] });
  expect(await sink.send(batch, never)).toEqual({ kind: 'taken', refused: [] });
  await sink.close();
  const found = await stored();
  expect(found.map(({ text }) => text).toSorted()).toEqual(batch.map(({ json }) => json).toSorted());
  const own = found.filter(({ id }) => id.includes('/event-uid-1/')).map(({ id }) => Number(id.split('/')[2]));
  expect(own).toEqual(Array.from({ length: 21 }, (_, i) => i + 1));
  expect(new Set(found.map(({ subject }) => subject))).toEqual(
    new Set(['tattle.homelab.shop.Pod', 'tattle.homelab.shop.incident']),
  );
});

it('goes on after the server was away, and says what is missing where no stream takes it', async () => {
  const sink = aSink();
  expect(await sink.send([eventOf(1)], never)).toMatchObject({
    kind: 'retry',
    error: expect.stringContaining('no stream') as string,
  });
  await makeStream();
  expect(await sink.send([eventOf(1)], never)).toMatchObject({ kind: 'taken' });
  await stop();
  await sleep(50);
  expect(await sink.send([eventOf(2), eventOf(3)], never)).toMatchObject({ kind: 'retry' });
  stop = await startNats();
  let outcome = await sink.send([eventOf(2), eventOf(3)], never);
  for (let i = 0; i < 20 && outcome.kind !== 'taken'; i++) {
    await sleep(100);
    outcome = await sink.send([eventOf(2), eventOf(3)], never);
  }
  expect(outcome.kind).toBe('taken');
  await sink.close();
  expect((await stored()).map(({ id }) => id.split('/')[2])).toEqual(['1', '2', '3']);
});

it('sets aside what is larger than the server takes, and is kept out by a wrong token without telling it', async () => {
  await makeStream();
  const sink = aSink();
  const large = eventOf(1, { uid: 'large', message: 'x'.repeat(2_000_000) });
  expect(await sink.send([large, eventOf(2)], never)).toMatchObject({ kind: 'taken', refused: [{ record: large }] });
  await sink.close();
  const kept = aSink({ token: 'wr0ng-token' });
  const outcome = await kept.send([eventOf(3)], never);
  expect(outcome).toMatchObject({ kind: 'retry' });
  expect(JSON.stringify(outcome)).not.toContain('wr0ng');
  await kept.close();
  expect(await stored()).toHaveLength(1);
});
