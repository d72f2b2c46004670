/** Everything that a database holds, for comparing: table by table as it is, or by what the rows say, whatever their numbers. */
import pg, { type ClientConfig } from 'pg';

/** Table → its rows as sorted JSON. */
export type StoredRows = Readonly<Record<string, readonly string[]>>;

const WITHOUT_INGEST = `to_jsonb(e) - 'id' - 'last_seq' - 'ingested_at' - 'last_ingest' - 'dims_id' - 'incident_no'`;
const DIMS = `to_jsonb(d) - 'id' - 'digest' - 'wide_id' - 'place_id' - 'cluster_id'`;

/** Of replays: row numbers, ingest times and leases are left out; all else follows from what was recorded. */
const MEANINGS: Readonly<Record<string, string>> = {
  events: `SELECT ${WITHOUT_INGEST} || ${DIMS} || jsonb_build_object('incident', n.id) AS row
    FROM events e JOIN event_dims d ON d.id = e.dims_id LEFT JOIN incident_numbers n ON n.no = e.incident_no`,
  occurrences: `SELECT jsonb_build_array(o.at, e.uid, o.delta) || ${DIMS} AS row
    FROM occurrences o JOIN events e ON e.id = o.event_id JOIN event_dims d ON d.id = o.dims_id`,
  rollups: `SELECT to_jsonb(r) - 'dims_id' || ${DIMS} AS row
    FROM (SELECT level, bucket, dims_id, sum(born) AS born, sum(last) AS last, sum(occurrences) AS occurrences FROM rollups GROUP BY 1, 2, 3) r
    JOIN event_dims d ON d.id = r.dims_id
    WHERE r.born <> 0 OR r.last <> 0 OR r.occurrences <> 0`,
  incidents: 'SELECT to_jsonb(i) AS row FROM incidents i',
  evidence: 'SELECT to_jsonb(v) AS row FROM evidence v',
  jobs: `SELECT to_jsonb(j) - 'id' - 'lease' - 'leased_until' AS row FROM jobs j`,
  deliveries: `SELECT to_jsonb(d) - 'no' - 'lease' - 'leased_until' AS row FROM deliveries d`,
  dead_letters: `SELECT to_jsonb(l) - 'id' AS row FROM dead_letters l`,
  positions: 'SELECT to_jsonb(p) AS row FROM positions p',
  gaps: 'SELECT to_jsonb(g) AS row FROM gaps g',
};

/** What the rows say. Two databases that are told the same hold the same. */
export async function storedMeanings(database: ClientConfig): Promise<StoredRows> {
  return asking(database, MEANINGS);
}

/** Every column of every table, but for the writers' own notes, which each opening leaves. */
export async function storedRows(database: ClientConfig): Promise<StoredRows> {
  const tables = await query<{ name: string }>(
    database,
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'tattle'::regnamespace AND relkind IN ('r', 'p')
       AND NOT relispartition AND relname <> 'writers'`,
  );
  return asking(
    database,
    Object.fromEntries(tables.map(({ name }) => [name, `SELECT to_jsonb(t) AS row FROM ${name} t`])),
  );
}

export async function query<Row extends object>(database: ClientConfig, sql: string): Promise<readonly Row[]> {
  const client = new pg.Client({ ...database, options: '-c search_path=tattle -c timezone=UTC' });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function asking(database: ClientConfig, questions: Readonly<Record<string, string>>): Promise<StoredRows> {
  const answers: Record<string, readonly string[]> = {};
  for (const [name, sql] of Object.entries(questions)) {
    const rows = await query<{ row: unknown }>(database, sql);
    answers[name] = rows.map(({ row }) => JSON.stringify(row)).sort();
  }
  return answers;
}
