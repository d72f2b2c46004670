/** What every store must answer about its own size: near enough to the truth, and at once. */
import pg from 'pg';
import { expect, it } from 'vitest';
import { DAY_MS } from '../event-id.ts';
import { change, created, type EventShape } from './events.ts';
import type { OpenTestStore } from './open-test-store.ts';

const NOW = Date.UTC(2026, 2, 10, 12);
const HOUR_MS = DAY_MS / 24;
const RULES = [
  { severities: ['info' as const], keep: 'short' as const },
  { namespaces: ['audit'], keep: 'long' as const },
  { namespaces: ['court'], keep: 'hold' as const },
];
const DAYS = { short: 1, normal: 30, long: 365 };

const many = (name: string, count: number, at: number, shape: Partial<EventShape> = {}) =>
  Array.from({ length: count }, (_, i) =>
    created({ uid: `${name}-${String(i)}`, name: `${name}-${String(i)}`, at, ...shape }),
  );

async function databaseBytes(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ bytes: string }>('SELECT pg_database_size(current_database()) AS bytes');
    return Number(rows[0]?.bytes);
  } finally {
    await client.end();
  }
}

export function sizesContract(open: OpenTestStore): void {
  it('knows of an empty store that nothing is in it', async () => {
    const { history } = await open({ now: NOW });
    const { bytes, ...counts } = await history.eventSizes();
    const lately = { short: 0, normal: 0, long: 0 };
    expect(counts).toEqual({ events: 0, oldest: null, latelySince: null, lately });
    expect(bytes).toBeLessThan(1_000_000);
  });

  it('counts what is stored, and what came in a week, by class', async () => {
    const { store, history } = await open({ now: NOW, retention: { days: DAYS, rules: RULES } });
    const old = NOW - 20 * DAY_MS;
    await store.commit(change(old, { created: many('old', 5, old - HOUR_MS) }));
    await store.commit(
      change(NOW, {
        created: [
          ...many('n', 7, NOW - HOUR_MS),
          ...many('s', 3, NOW, { severity: 'info' }),
          ...many('l', 2, NOW, { namespace: 'audit' }),
          ...many('h', 4, NOW, { namespace: 'court' }),
        ],
      }),
    );
    expect(await history.eventSizes()).toMatchObject({
      events: 21,
      oldest: old - HOUR_MS,
      latelySince: Date.UTC(2026, 2, 4),
      lately: { short: 3, normal: 7, long: 2 },
    });
  });

  it('begins with the first that was stored, though an event says that it is years old', async () => {
    const { store, history } = await open({ now: NOW, retention: { days: DAYS, rules: RULES } });
    const years = NOW - 900 * DAY_MS;
    await store.commit(change(NOW - 9 * HOUR_MS, { created: many('first', 1, years) }));
    await store.commit(change(NOW, { created: many('later', 3, NOW, { severity: 'info' }) }));
    expect(await history.eventSizes()).toMatchObject({ oldest: years, latelySince: NOW - 9 * HOUR_MS });
  });

  it('tells as much as the database grew', async () => {
    const { store, history, url } = await open({ now: NOW });
    await store.commit(change(NOW, { created: many('warm', 1, NOW) }));
    const before = { bytes: (await history.eventSizes()).bytes, whole: await databaseBytes(url) };
    for (let i = 0; i < 10; i++) {
      await store.commit(
        change(NOW, { created: many(`batch-${String(i)}`, 500, NOW - i, { message: 'm'.repeat(400) }) }),
      );
    }
    const grown = (await history.eventSizes()).bytes - before.bytes;
    const whole = (await databaseBytes(url)) - before.whole;
    expect(grown).toBeGreaterThan(5000 * 400);
    expect(grown / whole).toBeGreaterThan(0.9);
    expect(grown / whole).toBeLessThan(1.01);
  });

  it('answers while partitions are made and dropped', async () => {
    const opened = await open({ now: NOW });
    const { store, history, clock } = opened;
    for (let day = 40; day > 0; day -= 4) {
      const at = NOW - day * DAY_MS;
      await store.commit(change(at, { created: many(`day-${String(day)}`, 20, at) }));
    }
    const full = await history.eventSizes();
    clock.advanceTo(NOW + 20 * DAY_MS);
    const asked = Array.from({ length: 20 }, () => history.eventSizes());
    const dropped = await opened.maintain({ short: 1, normal: 1, long: 1 });
    await Promise.all(asked);
    expect(dropped.droppedPartitions).toBeGreaterThan(10);
    const left = await history.eventSizes();
    expect(left).toMatchObject({ events: 0, oldest: null, latelySince: null });
    expect(left.bytes).toBeLessThan(full.bytes);
  });
}
