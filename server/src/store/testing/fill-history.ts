/** Millions of events in minutes, made by the server itself, for benches of queries: the rows that the writer would have made. */
import pg from 'pg';
import { over } from '../connections.ts';
import { insertDims, placeOf, wideOf } from '../dims.ts';
import type { Dims } from '../dims.ts';
import { DAY_MS, dayOf, partitionBounds, partitionName, rowNumber, startOfDay } from '../event-id.ts';
import { plainArray } from '../text.ts';
import { ROLLUP_MS } from '../write-rollups.ts';

export interface FillOptions {
  /** A migrated, empty store. */
  readonly url: string;
  readonly events: number;
  readonly days: number;
  /** The newest moment, milliseconds. */
  readonly end: number;
  readonly clusters: number;
  readonly namespaces: number;
  readonly log: (text: string) => void;
}

const NORMAL = 1;
const NAMES = 50_000;
const INCIDENTS = 5_000;

/** kind, reason, type, category, severity, component: what a busy cluster says most. */
const KINDS_OF_EVENT = [
  ['Pod', 'Scheduled', 'Normal', 'Scheduling', 'info', 'default-scheduler'],
  ['Pod', 'Pulling', 'Normal', 'Image', 'info', 'kubelet'],
  ['Pod', 'Pulled', 'Normal', 'Image', 'info', 'kubelet'],
  ['Pod', 'Created', 'Normal', 'Other', 'info', 'kubelet'],
  ['Pod', 'Started', 'Normal', 'Other', 'info', 'kubelet'],
  ['Pod', 'Killing', 'Normal', 'Other', 'low', 'kubelet'],
  ['Pod', 'BackOff', 'Warning', 'Crash', 'high', 'kubelet'],
  ['Pod', 'Unhealthy', 'Warning', 'Probe', 'medium', 'kubelet'],
  ['Pod', 'FailedScheduling', 'Warning', 'Scheduling', 'high', 'default-scheduler'],
  ['Pod', 'Failed', 'Warning', 'Image', 'high', 'kubelet'],
  ['Pod', 'FailedMount', 'Warning', 'Storage', 'high', 'kubelet'],
  ['Pod', 'Evicted', 'Warning', 'Node', 'high', 'kubelet'],
  ['Pod', 'TaintManagerEviction', 'Normal', 'Node', 'medium', 'taint-eviction-controller'],
  ['ReplicaSet', 'SuccessfulCreate', 'Normal', 'Other', 'info', 'replicaset-controller'],
  ['ReplicaSet', 'SuccessfulDelete', 'Normal', 'Other', 'info', 'replicaset-controller'],
  ['ReplicaSet', 'FailedCreate', 'Warning', 'Quota', 'high', 'replicaset-controller'],
  ['Deployment', 'ScalingReplicaSet', 'Normal', 'Other', 'info', 'deployment-controller'],
  ['StatefulSet', 'SuccessfulCreate', 'Normal', 'Other', 'info', 'statefulset-controller'],
  ['Job', 'SuccessfulCreate', 'Normal', 'Job', 'info', 'job-controller'],
  ['Job', 'Completed', 'Normal', 'Job', 'info', 'job-controller'],
  ['Job', 'BackoffLimitExceeded', 'Warning', 'Job', 'high', 'job-controller'],
  ['CronJob', 'SawCompletedJob', 'Normal', 'Job', 'info', 'cronjob-controller'],
  ['HorizontalPodAutoscaler', 'SuccessfulRescale', 'Normal', 'Autoscaling', 'info', 'horizontal-pod-autoscaler'],
  [
    'HorizontalPodAutoscaler',
    'FailedGetResourceMetric',
    'Warning',
    'Autoscaling',
    'medium',
    'horizontal-pod-autoscaler',
  ],
  ['PersistentVolumeClaim', 'ProvisioningFailed', 'Warning', 'Storage', 'high', 'persistentvolume-controller'],
] as const;

/** Half of the events repeat once, within the hour. A few dimensions have most of them. */
export async function fillHistory(options: FillOptions): Promise<void> {
  const client = new pg.Client({
    connectionString: options.url,
    options: '-c search_path=tattle -c synchronous_commit=off',
  });
  await client.connect();
  try {
    await client.query(`SET work_mem = '256MB'; SET maintenance_work_mem = '256MB'; SELECT setseed(0.5)`);
    const dims = await fillDims(client, options);
    await client.query(
      `INSERT INTO incident_numbers (id) SELECT 'incident-' || i FROM generate_series(1, ${String(INCIDENTS)}) i`,
    );
    const last = dayOf(options.end);
    for (let day = last - options.days + 1; day <= last; day++) {
      await fillDay(client, options, day, dims);
      options.log(`day ${String(day - last + options.days)} of ${String(options.days)}`);
    }
    await fillRollups(client);
    await client.query('VACUUM (ANALYZE)');
  } finally {
    await client.end();
  }
}

async function fillDims(client: pg.Client, options: FillOptions): Promise<number> {
  const rows: Omit<Dims, 'id'>[] = [];
  for (let clusterId = 1; clusterId <= options.clusters; clusterId++) {
    const no = String(clusterId);
    await client.query('INSERT INTO clusters (uid, name) VALUES ($1, $2)', [`cluster-uid-${no}`, `cluster-${no}`]);
    for (let namespace = 1; namespace <= options.namespaces; namespace++) {
      for (const [kind, reason, type, category, severity, component] of KINDS_OF_EVENT) {
        const what = { kind, reason, type, category, severity, component, namespace: `namespace-${String(namespace)}` };
        rows.push({ ...what, view: 0, wideId: null, placeId: null, clusterId, origin: 'event', retention: NORMAL });
      }
    }
  }
  // First, so that their numbers are 1 and on: a random one is then easily drawn.
  const queryable = over(client);
  await insertDims(queryable, rows);
  const wide = await insertDims(queryable, rows.map(wideOf));
  const place = await insertDims(queryable, rows.map(placeOf));
  await client.query(
    `UPDATE event_dims d SET wide_id = u.wide, place_id = u.place
     FROM (SELECT ordinality AS id, wide, place FROM unnest($1::int[], $2::int[]) WITH ORDINALITY AS t (wide, place, ordinality)) u WHERE d.id = u.id`,
    [plainArray(wide.map((dims) => dims?.id ?? null)), plainArray(place.map((dims) => dims?.id ?? null))],
  );
  return rows.length;
}

async function fillDay(client: pg.Client, options: FillOptions, day: number, dims: number): Promise<void> {
  const key = { retention: NORMAL, day };
  const first = String(rowNumber(NORMAL, day, 0));
  const start = startOfDay(day);
  const span = Math.min(DAY_MS, options.end - start);
  const count = Math.floor(options.events / options.days);
  const [from, to] = partitionBounds(key).map(String);
  const events = partitionName('events', key);
  const occurrences = partitionName('occurrences', key);
  // maintain() may have made empty ones ahead.
  await client.query(`DROP TABLE IF EXISTS ${events}, ${occurrences}`);
  await client.query(`CREATE TABLE ${events} (LIKE events INCLUDING DEFAULTS) WITH (fillfactor = 80)`);
  await client.query(`CREATE TABLE ${occurrences} (LIKE occurrences INCLUDING DEFAULTS)`);
  await client.query(
    `INSERT INTO ${events} (id, last_at, last_seq, born_at, first_seen, last_seen, ingested_at, last_ingest, count, dims_id, incident_no, uid,
       fingerprint, correlation, name, object_uid, message, condition, node, root, labels)
     SELECT ${first} + i, last, ${first} + i + CASE WHEN last > born THEN ${String(count)} ELSE 0 END, born, born, last, born, last,
       CASE WHEN last > born THEN 3 ELSE 1 END, dims, CASE WHEN no % 10 = 0 THEN 1 + no % ${String(INCIDENTS)} END, gen_random_uuid(),
       '\\x01' || substr(sha256(int4send(no)), 1, 16), '\\x01' || substr(sha256(int4send(no % 5000)), 1, 16),
       'web-' || no || '-7d9f8', md5(no::text)::uuid::text,
       'Back-off restarting failed container web in pod web-' || no || ' after attempt ' || i % 1000, NULL, 'node-' || no % 500, NULL, NULL
     FROM (SELECT i, born, CASE WHEN i % 2 = 0 THEN LEAST(born + (random() * 3600000)::bigint, ${String(start + span - 1)}) ELSE born END AS last,
         1 + floor(power(random(), 2) * ${String(dims)})::int AS dims, floor(random() * ${String(NAMES)})::int AS no
       FROM (SELECT i, ${String(start)} + (i::float8 / ${String(count)} * ${String(span)})::bigint AS born FROM generate_series(0, ${String(count - 1)}) i) moments) made`,
  );
  await client.query(
    `INSERT INTO ${occurrences} (at, seq, event_id, dims_id, delta)
     SELECT born_at, id, id, dims_id, 1 FROM ${events}
     UNION ALL SELECT last_at, last_seq, id, dims_id, count - 1 FROM ${events} WHERE last_at > born_at ORDER BY 1`,
  );
  await client.query(
    `INSERT INTO event_identity (key, cluster_id, event_id) SELECT e.uid, d.cluster_id, e.id FROM ${events} e JOIN event_dims d ON d.id = e.dims_id`,
  );
  // Attaching builds the indexes, over rows that are there already.
  await client.query(`ALTER TABLE events ATTACH PARTITION ${events} FOR VALUES FROM (${from ?? ''}) TO (${to ?? ''})`);
  await client.query(
    `ALTER TABLE occurrences ATTACH PARTITION ${occurrences} FOR VALUES FROM (${from ?? ''}) TO (${to ?? ''})`,
  );
}

async function fillRollups(client: pg.Client): Promise<void> {
  for (const [level, length] of ROLLUP_MS.entries()) {
    await client.query(
      `INSERT INTO rollup_sums (level, bucket, dims_id, born, last, occurrences)
       SELECT ${String(level)}, bucket, dims_id, sum(born), sum(last), sum(occurrences) FROM (
         SELECT at / ${String(length)} AS bucket, dims_id, 0 AS born, 0 AS last, sum(delta) AS occurrences FROM occurrences GROUP BY 1, 2
         UNION ALL SELECT born_at / ${String(length)}, dims_id, count(*), 0, 0 FROM events GROUP BY 1, 2
         UNION ALL SELECT last_at / ${String(length)}, dims_id, 0, count(*), 0 FROM events GROUP BY 1, 2) parts GROUP BY 2, 3`,
    );
  }
  for (const view of ['wide_id', 'place_id']) {
    await client.query(
      `INSERT INTO rollup_sums (level, bucket, dims_id, born, last, occurrences)
       SELECT level, bucket, d.${view}, sum(born), sum(last), sum(occurrences) FROM rollups r JOIN event_dims d ON d.id = r.dims_id
       WHERE d.view = 0 GROUP BY 1, 2, 3`,
    );
  }
}
