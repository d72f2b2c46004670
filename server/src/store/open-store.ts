/** Opens the store: PostgreSQL of our own on a data directory, or the user's by URL; migrated, and ready to write. */
import type { AccessStore, AuditLog, IdempotencyStore, SettingsStore } from '../model/ports/access.ts';
import type { ChannelStore, NoticeBook, OpenTold, Outbox, SilenceStore } from '../model/ports/telling.ts';
import type { Clock, Logger, Metrics } from '../model/ports/process.ts';
import type { DiagnosisStore, EvidenceStore, History } from '../model/ports/history.ts';
import type { Feed } from '../model/ports/feed.ts';
import type { JobQueue } from '../model/ports/jobs.ts';
import type { RecentOccurrences } from '../model/ports/recent.ts';
import type { Store } from '../model/ports/store.ts';
import { Turns } from '../kit/turns.ts';
import { accessOf } from './access.ts';
import { AuditTrail } from './audit-log.ts';
import { type Backlog, readBacklog } from './backlog.ts';
import { backup, restore } from './backup.ts';
import type { BackupSummary } from './backup.ts';
import { StoredChannels } from './channels.ts';
import { Connections } from './connections.ts';
import { Counts } from './counts.ts';
import { TextDictionary } from './dictionary.ts';
import { DimsDictionary } from './dims.ts';
import { DataLock } from './embedded/data-lock.ts';
import { EmbeddedServer } from './embedded/server.ts';
import { StoredFeed } from './feed.ts';
import { DEFAULT_FEED_HOLD, type FeedHold } from './feed-sweep.ts';
import { disownForeignFeed } from './feed-epoch.ts';
import { historyOf } from './history.ts';
import { saveDiagnosis } from './diagnoses.ts';
import { IdempotentRequests } from './idempotency.ts';
import { loadIncidents, recoverState } from './incidents.ts';
import { findPosition, saveEvidence } from './small-tables.ts';
import { Jobs } from './jobs.ts';
import { Journal } from './journal.ts';
import { maintain } from './maintenance.ts';
import type { Maintained } from './maintenance.ts';
import { migrate, readMigrations } from './migrate.ts';
import { StoredNotices } from './notice-book.ts';
import { recentOccurrences } from './recent-occurrences.ts';
import { openTold } from './open-told.ts';
import { DeliveryOutbox } from './outbox.ts';
import { Partitions } from './partitions.ts';
import { DEFAULT_RETENTION, retentionClassifier } from './retention.ts';
import type { RetentionDays } from '../model/settings.ts';
import type { RetentionPolicy } from './retention.ts';
import { Settings } from './settings.ts';
import type { SinkStore } from '../model/sink.ts';
import { SinkPositions } from './sink-positions.ts';
import { Silences } from './silences.ts';
import { Writer } from './writer.ts';

const POOL_SIZE = 8;
const RECENT_IDENTITIES = 65_536;
const CLUSTERS_KEPT = 1_000;

export type StoreTarget =
  | { readonly kind: 'embedded'; readonly dataDir: string; readonly binDir?: string }
  | { readonly kind: 'url'; readonly url: string };

export interface StoreOptions {
  readonly target: StoreTarget;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly retention?: RetentionPolicy;
  /** Identities of recent events kept in memory, about 90 bytes each; 65,536 by default. */
  readonly recentIdentities?: number;
  /** Up to so many occurrences counts come from rows; 20,000 by default. */
  readonly exactLimit?: number;
  /** What the feed keeps for sinks; a day and 500,000 rows by default. */
  readonly feedHold?: FeedHold;
}

interface StoreHealth {
  readonly ok: boolean;
  /** For a person; empty when all is well. */
  readonly detail: string;
}

export interface TattleStore {
  readonly store: Store;
  readonly history: History;
  readonly jobs: JobQueue;
  readonly evidence: EvidenceStore;
  readonly diagnoses: DiagnosisStore;
  readonly outbox: Outbox;
  readonly notices: NoticeBook;
  readonly told: OpenTold;
  /** What was stored before this was opened. */
  readonly recent: RecentOccurrences;
  readonly silences: SilenceStore;
  readonly channels: ChannelStore;
  readonly settings: SettingsStore;
  readonly feed: Feed;
  readonly sinks: SinkStore;
  readonly access: AccessStore;
  readonly audit: AuditLog;
  readonly idempotency: IdempotencyStore;
  /** What waits, and what was given up. Throws `StoreUnavailable`. */
  backlog(): Promise<Backlog>;
  /** Asks the database a question that needs no table. Never throws. */
  health(): Promise<StoreHealth>;
  /** Makes partitions ahead and drops what outlived its retention. To be called every hour or so. */
  maintain(days?: RetentionDays): Promise<Maintained>;
  /** Everything as it is at one moment, into a new folder; writing may go on. */
  backup(toDir: string): Promise<BackupSummary>;
  /** Into an empty store. Throws DataDirError when the folder is not whole or the store is not empty. */
  restore(fromDir: string): Promise<BackupSummary>;
  /** Stops listening, closes connections, and stops the embedded server. */
  close(): Promise<void>;
}

/** Throws StoreLocked, DataDirError, SchemaError or StoreUnavailable, each saying how to mend it. */
export async function openStore(options: StoreOptions): Promise<TattleStore> {
  const { target, logger } = options;
  if (target.kind === 'url') return assemble(options, { connectionString: target.url }, false, async () => {});
  const lock = await DataLock.take(target.dataDir);
  try {
    const server = await EmbeddedServer.open({
      dataDir: target.dataDir,
      logger,
      ...(target.binDir === undefined ? {} : { binDir: target.binDir }),
    });
    try {
      const release = async () => {
        await server.close();
        await lock.release();
      };
      return await assemble(options, server.address, true, release, () => server.trouble);
    } catch (error) {
      await server.close();
      throw error;
    }
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function assemble(
  options: StoreOptions,
  config: ConstructorParameters<typeof Connections>[0]['config'],
  alone: boolean,
  release: () => Promise<void>,
  trouble: () => string | null = () => null,
): Promise<TattleStore> {
  const { clock, logger, metrics } = options;
  const policy = options.retention ?? DEFAULT_RETENTION;
  const feedHold = options.feedHold ?? DEFAULT_FEED_HOLD;
  const connections = new Connections({ config, logger, poolSize: POOL_SIZE, trouble });
  const partitions = new Partitions();
  let schema: number;
  let recent: RecentOccurrences;
  try {
    schema = await migrate(connections, await readMigrations());
    await partitions.load(connections);
    await disownForeignFeed(connections);
    if (alone) await endLeases(connections);
    recent = await recentOccurrences(connections);
  } catch (error) {
    await connections.close();
    throw error;
  }
  const dims = new DimsDictionary(retentionClassifier(policy));
  const clusters = new TextDictionary({ name: 'clusters', number: 'id', text: 'uid', bound: CLUSTERS_KEPT });
  const journal = new Journal(connections, logger, () => performance.now());
  const writer = new Writer({
    connections,
    journal,
    partitions,
    dims,
    clusters,
    metrics,
    feedHold,
    recentIdentities: options.recentIdentities ?? RECENT_IDENTITIES,
  });
  const counts = new Counts({
    connections,
    dims,
    now: () => clock.now(),
    ...(options.exactLimit === undefined ? {} : { exactLimit: options.exactLimit }),
  });
  const settings = new Settings(connections, logger);
  const feed = new StoredFeed(connections);
  const sinks = new SinkPositions(connections);
  const turns = new Turns();
  let closed: Promise<void> | null = null;
  const close = () =>
    (closed ??= turns.run(async () => {
      await settings.close();
      await feed.close();
      await sinks.close();
      await journal.close();
      await connections.close();
      await release();
    }));
  return {
    store: {
      identify: (keys) => writer.identify(keys),
      prepare: (change) => writer.prepare(change),
      commit: (change) => turns.run(async () => (await writer.prepare(change)).commit()),
      recover: async (clusterUids, since) => {
        await journal.takeUp();
        return recoverState(connections, clusterUids, since);
      },
      incidents: (ids) => loadIncidents(connections, ids),
      position: (clusterUid, stream) => findPosition(connections, clusterUid, stream),
      close,
    },
    history: historyOf(connections, counts, () => clock.now(), options.exactLimit),
    jobs: new Jobs(connections),
    evidence: { saveEvidence: (evidence) => saveEvidence(connections, evidence) },
    diagnoses: { saveDiagnosis: (diagnosis) => saveDiagnosis(connections, diagnosis) },
    outbox: new DeliveryOutbox(connections),
    notices: new StoredNotices(connections),
    told: { openTold: (...asked) => openTold(connections, ...asked) },
    recent,
    silences: new Silences(connections),
    channels: new StoredChannels(connections, settings),
    settings,
    feed,
    sinks,
    access: accessOf(connections, logger),
    audit: new AuditTrail(connections),
    idempotency: new IdempotentRequests(connections),
    backlog: () => readBacklog(connections),
    health: async () => {
      try {
        await connections.query('SELECT 1');
        return { ok: true, detail: '' };
      } catch (error) {
        return { ok: false, detail: error instanceof Error ? error.message : 'the store does not answer' };
      }
    },
    backup: (toDir) => backup(connections, toDir, schema),
    restore: (fromDir) => turns.run(() => restore(connections, partitions, fromDir, schema)),
    // Beside the writer, not in its turn: deleting a day takes long. A row that goes under its hands is a ConflictError.
    maintain: async (days = policy.days) => {
      const maintained = await maintain(
        { connections, partitions, policy: { ...policy, days }, feedHold, logger },
        clock.now(),
      );
      if (maintained.deletedEvents + maintained.droppedPartitions > 0) writer.forget();
      return maintained;
    },
    close,
  };
}

/** Of a process that was killed: nobody else works on a data directory, so what it had claimed need not wait for its leases. */
async function endLeases(connections: Connections): Promise<void> {
  for (const table of ['jobs', 'deliveries']) {
    await connections.query(`UPDATE ${table} SET lease = NULL, leased_until = NULL WHERE lease IS NOT NULL`);
  }
  await connections.query('UPDATE sink_positions SET holder = NULL, held_until = NULL WHERE holder IS NOT NULL');
}
