import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { SinkRecord } from '../../model/sink.ts';
import { type Answer, answers, type Endpoint, inTurn, type Received, startEndpoint } from '../testing/endpoint.ts';
import { eventOf, incidentOf } from '../testing/records.ts';
import { contextForTests, SECRET, sinkContract } from '../testing/sink-contract.ts';
import { clickhouse } from './clickhouse.ts';

type Row = Record<string, string | number | null | Record<string, string>>;

interface Insert {
  readonly table: string;
  readonly token: string;
  readonly rows: readonly Row[];
}

const SINKS_DOC = readFileSync(new URL('../../../../docs/SINKS.md', import.meta.url), 'utf8');

/** Column → type, by the tables in docs/SINKS.md. */
function columnsOf(table: string): ReadonlyMap<string, string> {
  const ddl = new RegExp(`CREATE TABLE ${table} \\(([\\s\\S]*?)\\n\\)`).exec(SINKS_DOC)?.[1] ?? '';
  return new Map([...ddl.matchAll(/^\s+(\w+)\s+(.+?),?$/gm)].map(([, name = '', type = '']) => [name, type]));
}

/** What JSONEachRow with `date_time_input_format=best_effort` reads into a column of that type. */
function fits(value: Row[string] | undefined, type: string): boolean {
  const [, inner] = /^(?:Nullable|LowCardinality)\((.*)\)$/.exec(type) ?? [];
  if (inner !== undefined) return (value === null && type.startsWith('Nullable')) || fits(value, inner);
  if (type === 'String') return typeof value === 'string';
  if (type.startsWith('DateTime64'))
    return typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value);
  if (type.startsWith('UInt')) return Number.isSafeInteger(value) && Number(value) >= 0;
  if (type.startsWith('Float')) return typeof value === 'number';
  if (type === 'Map(String, String)')
    return (
      typeof value === 'object' && value !== null && Object.values(value).every((each) => typeof each === 'string')
    );
  return false;
}

const textOf = (value: Row[string] | undefined) => (typeof value === 'string' ? value : '');

function insertOf({ path, body }: Received): Insert {
  const { searchParams } = new URL(path, 'http://host');
  const table = /^INSERT INTO (\w+) FORMAT JSONEachRow$/.exec(searchParams.get('query') ?? '')?.[1] ?? '';
  expect(searchParams.get('wait_end_of_query')).toBe('1');
  const rows = body
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);
  const columns = columnsOf(table);
  expect(columns.size).toBeGreaterThan(10);
  for (const row of rows) {
    expect(Object.keys(row).toSorted()).toEqual([...columns.keys()].toSorted());
    for (const [name, type] of columns)
      expect(fits(row[name], type), `${name} ${type}: ${JSON.stringify(row[name])}`).toBe(true);
  }
  return { table, token: searchParams.get('insert_deduplication_token') ?? '', rows };
}

sinkContract('clickhouse', {
  type: clickhouse,
  settings: (url) => ({ type: 'clickhouse', name: 'out', url, username: 'tattle', password: SECRET }),
  taken: answers.status(200),
  decode: (received) =>
    insertOf(received).rows.map((row) => ({ id: textOf(row['id']), text: textOf(row['message'] ?? row['title']) })),
});

describe('a ClickHouse sink', () => {
  const open: Endpoint[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((each) => each.close()));
  });

  async function to(answer: Answer) {
    const endpoint = await startEndpoint(answer);
    open.push(endpoint);
    const settings = {
      type: 'clickhouse',
      name: 'out',
      url: endpoint.url,
      username: 'u',
      password: 'p',
      database: 'ops',
    };
    const sink = clickhouse.create(settings, contextForTests());
    return { endpoint, send: (batch: readonly SinkRecord[]) => sink.send(batch, new AbortController().signal) };
  }

  it('inserts into a table each, with credentials in headers and one token for the same batch', async () => {
    const { endpoint, send } = await to(answers.status(200));
    const batch = [eventOf(1), incidentOf({}), eventOf(2)];
    await send(batch);
    await send(batch);
    await send([eventOf(1)]);
    const inserts = endpoint.received.map(insertOf);
    expect(inserts.map(({ table, rows }) => [table, rows.length])).toEqual([
      ['tattle_events', 2],
      ['tattle_incidents', 1],
      ['tattle_events', 2],
      ['tattle_incidents', 1],
      ['tattle_events', 1],
    ]);
    expect(inserts[0]?.token).toBe(inserts[2]?.token);
    expect(inserts[0]?.token).not.toBe(inserts[4]?.token);
    expect(endpoint.received[0]?.headers).toMatchObject({
      'x-clickhouse-user': 'u',
      'x-clickhouse-key': 'p',
      'x-clickhouse-database': 'ops',
    });
    expect(endpoint.received.every(({ path }) => !path.includes('=p&'))).toBe(true);
  });

  it('finds the exception in an answer that looks like success', async () => {
    const inHeader = await to(answers.status(200, { 'x-clickhouse-exception-code': '241' }, 'Memory limit exceeded'));
    expect(await inHeader.send([eventOf(1)])).toMatchObject({
      kind: 'retry',
      error: 'ClickHouse 241: Memory limit exceeded',
    });
    const inBody = await to(answers.status(200, {}, 'Code: 252. DB::Exception: Too many parts'));
    expect(await inBody.send([eventOf(1)])).toMatchObject({
      kind: 'retry',
      error: expect.stringContaining('Too many parts') as string,
    });
    const row = await to(answers.status(400, { 'x-clickhouse-exception-code': '27' }, 'Cannot parse input'));
    expect(await row.send([eventOf(1)])).toMatchObject({ kind: 'refused' });
    const table = await to(answers.status(404, { 'x-clickhouse-exception-code': '60' }, 'Unknown table'));
    expect(await table.send([eventOf(1)])).toMatchObject({ kind: 'retry' });
  });

  it('leaves the incidents when only their insert failed', async () => {
    const { send } = await to(inTurn(answers.status(200), answers.status(500)));
    const incident = incidentOf();
    expect(await send([eventOf(1), incident])).toMatchObject({ kind: 'retry', left: [incident] });
  });
});
