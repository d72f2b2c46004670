/** What the machine can do without Tattle: the yardsticks of the same run. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { EmbeddedServer } from '../server/src/store/embedded/server.ts';

const PARSED = 100_000;
const COPY_BATCH = 5000;

/** An Event as a kubelet writes it, 1.2 kB. */
function eventJson(i: number): string {
  const uid = `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`;
  const time = new Date(1_760_000_000_000 + i).toISOString();
  const fields = Object.fromEntries(
    [
      'count',
      'firstTimestamp',
      'involvedObject',
      'lastTimestamp',
      'message',
      'reason',
      'reportingComponent',
      'type',
    ].map((name) => [`f:${name}`, {}]),
  );
  return JSON.stringify({
    type: 'ADDED',
    object: {
      kind: 'Event',
      apiVersion: 'v1',
      metadata: {
        name: `cart-${i}.18e9e5748272afa0`,
        namespace: 'shop',
        uid,
        resourceVersion: String(i),
        creationTimestamp: time,
        managedFields: [
          { manager: 'kubelet', operation: 'Update', apiVersion: 'v1', time, fieldsType: 'FieldsV1', fieldsV1: fields },
        ],
      },
      involvedObject: {
        kind: 'Pod',
        namespace: 'shop',
        name: `cart-${i}`,
        uid,
        apiVersion: 'v1',
        resourceVersion: '335',
        fieldPath: 'spec.containers{cart}',
      },
      reason: 'BackOff',
      message: `Back-off restarting failed container cart in pod cart-${i}_shop(${uid})`,
      source: { component: 'kubelet', host: 'node-1' },
      firstTimestamp: time,
      lastTimestamp: time,
      count: 1,
      type: 'Warning',
      eventTime: null,
      reportingComponent: 'kubelet',
      reportingInstance: 'node-1',
    },
  });
}

/** One core, split lines already at hand. */
export function parseEventsPerSecond(): number {
  const lines = Array.from({ length: PARSED }, (_, i) => eventJson(i));
  const began = performance.now();
  let versions = 0;
  for (const line of lines) versions += (JSON.parse(line) as { object: { metadata: object } }).object.metadata ? 1 : 0;
  return (versions * 1000) / (performance.now() - began);
}

/** COPY into one bare table with a primary key, batches of 5,000, each its own transaction, as durable as PostgreSQL comes. */
export async function copyRowsPerSecond(rows: number): Promise<number> {
  const home = await mkdtemp(join(tmpdir(), 'tattle-copy-'));
  const silent = () => undefined;
  const server = await EmbeddedServer.open({
    dataDir: home,
    logger: { debug: silent, info: silent, warn: silent, error: silent },
  });
  const client = new pg.Client(server.address);
  client.on('error', silent);
  await client.connect();
  try {
    await client.query('CREATE TABLE bare (id bigint PRIMARY KEY, at bigint, body jsonb)');
    const batches = Array.from({ length: rows / COPY_BATCH }, (_, batch) =>
      Array.from({ length: COPY_BATCH }, (__, i) => {
        const id = batch * COPY_BATCH + i;
        return `${id}\t${id}\t${eventJson(id).replaceAll('\\', '\\\\')}\n`;
      }).join(''),
    );
    const began = performance.now();
    for (const batch of batches) await pipeline(Readable.from([batch]), client.query(copyFrom('COPY bare FROM STDIN')));
    return (rows * 1000) / (performance.now() - began);
  } finally {
    await client.end();
    await server.close();
    await rm(home, { recursive: true, force: true });
  }
}
