/** The way of what others hand in: read, held against the sender's scope, offered to the intake, and told once it is stored. */
import type { ApiPorts, IntakeOutcome, IntakeReport } from '../../api/ports.ts';
import { covers } from '../../kit/scope.ts';
import type { Scope } from '../../model/access.ts';
import type { Arrival, DropReason, Observation } from '../../model/observation.ts';
import type { Clock, Metrics } from '../../model/ports/process.ts';
import { readAlerts } from '../../observe/taking-in/alertmanager.ts';
import { readCloudEvents } from '../../observe/taking-in/cloud-events.ts';
import { readOtlpLogs } from '../../observe/taking-in/otlp-logs.ts';
import { type Around, type Item, MOST_ITEMS, type Reading } from '../../observe/taking-in/reading.ts';
import { readReportedEvents } from '../../observe/taking-in/reported-events.ts';
import type { HotPath } from '../hot-path.ts';
import { type ClusterNames, MOST_OF_ONE, type Naming } from './cluster-names.ts';
import { type Handover, handOver } from './hand-over.ts';

export interface TakeInParts {
  readonly hotPath: Pick<HotPath, 'intake' | 'cache' | 'triage' | 'pipeline'>;
  readonly clusters: Pick<ClusterNames, 'begin'>;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

const RETRY_MS = 5000;
/** Set aside for people to look at, of one request. */
const MOST_DEAD_LETTERS = 100;

export function createTakeIn(parts: TakeInParts): ApiPorts['takeIn'] {
  const { hotPath, clusters, clock, metrics } = parts;
  return async (report, sender) => {
    const { scope } = sender;
    const { health } = hotPath.pipeline;
    // Later it could only wait on Tattle's own disk, of which no sender is told that it is safe.
    if (!health.up) return busy('the store cannot take writes now');
    const naming = await clusters.begin(sender);
    const keepsUids = scope === 'everything';
    const around = { clusterOf: naming.clusterOf, objects: hotPath.cache, now: clock.now(), keepsUids };
    const reading = read(report, around);
    if (reading.kind === 'too-many') return { kind: 'too-many', count: reading.count, most: MOST_ITEMS };
    if (reading.kind === 'unreadable') return { kind: 'unreadable', faults: [{ at: '', message: reading.why }] };
    const { items, faults, truncated } = reading;
    if (items.length === 0 && faults.length > 0) return { kind: 'unreadable', faults };
    const waitsFor = naming.waitsFor();
    if (waitsFor !== null) return busy(`the cluster ${waitsFor} is not read yet`);
    const within = items.map((item) => inScope(item, scope));
    if (items.length > 0 && within.every(({ isOutside }) => isOutside)) return { kind: 'outside' };
    naming.remember(within.flatMap(({ item }) => observationsOf(item).map(({ cluster }) => cluster)));
    const kept = within.map(({ item }) => countedWhereKnown(item, naming));
    const source = report.format === 'alertmanager' ? 'alert' : 'report';
    const letters = faults.slice(0, MOST_DEAD_LETTERS).map(({ at, message, excerpt }): Arrival => {
      return { kind: 'dead-letter', cluster: naming.clusterOf(''), excerpt, error: `${at}: ${message}`, source };
    });
    if (truncated > 0) {
      const { name } = naming.clusterOf('');
      metrics.count('tattle_dropped_total', { cluster: name, source, reason: 'truncated' }, truncated);
    }
    const all = letters.length === 0 ? kept : [...kept, { arrivals: letters, changes: [] }];
    for (const uid of clusterUids(all)) hotPath.pipeline.follow(uid);
    const end = await handOver(all, { intake: hotPath.intake, clock });
    if (end !== 'stored') return busy(WHY[end]);
    const dropped = { ...tallied(kept, hotPath), ...(truncated > 0 ? { truncated } : {}) };
    const left = Object.values(dropped).reduce((sum, count) => sum + count, -truncated);
    return { kind: 'taken', taken: kept.length - left, dropped, faults, notes: notesOf(naming) };
  };
}

function read(report: IntakeReport, around: Around): Reading {
  switch (report.format) {
    case 'alertmanager':
      return readAlerts(report.message, around);
    case 'otlp-logs':
      return readOtlpLogs(report.message, around);
    case 'cloudevents':
      return readCloudEvents(report.items, around);
    case 'events':
      return readReportedEvents(report.items, around);
  }
}

const WHY: Readonly<Record<Exclude<Handover, 'stored'>, string>> = {
  'not-stored': 'the store cannot take writes now',
  full: 'more waits to be stored than there is room for',
  late: 'the store takes too long',
  closed: 'Tattle is stopping',
};

function busy(why: string): IntakeOutcome {
  return { kind: 'busy', why, retryAfterMs: RETRY_MS };
}

function notesOf({ beyond }: Naming): readonly string[] {
  const count = beyond();
  if (count === 0) return [];
  return [
    `What names ${count} of the clusters is kept under the cluster "unassigned": one sender may bring ${MOST_OF_ONE} names that are new ` +
      'since Tattle started, and all of them together are bounded, too. A cluster that is named in the grant of a role is always known.',
  ];
}

/** What its sender may not report about is dropped, and counted as such. */
function inScope(item: Item, scope: Scope): { readonly item: Item; readonly isOutside: boolean } {
  const [outside] = observationsOf(item).filter(
    ({ cluster, object }) => !covers(scope, { cluster, namespace: object.namespace }),
  );
  if (outside === undefined) return { item: aboutItsOwn(item, scope), isOutside: false };
  const { cluster, source } = outside;
  const arrival: Arrival = { kind: 'dropped', cluster, reason: 'outside-scope', source };
  return { item: { arrivals: [arrival], changes: [] }, isOutside: true };
}

/** What it names as related joins incidents of that: it is left out where its sender may not report about it. */
function aboutItsOwn(item: Item, scope: Scope): Item {
  const arrivals = item.arrivals.map((arrival): Arrival => {
    if (arrival.kind !== 'observation') return arrival;
    const { cluster, related } = arrival.observation;
    if (related === null || covers(scope, { cluster, namespace: related.namespace })) return arrival;
    return { ...arrival, observation: { ...arrival.observation, related: null } };
  });
  return { ...item, arrivals };
}

/** What is dropped has a series for each name of a cluster: nobody makes up names there. */
function countedWhereKnown(item: Item, { countedAt }: Pick<Naming, 'countedAt'>): Item {
  const counted = (arrival: Arrival): Arrival =>
    arrival.kind === 'dropped' ? { ...arrival, cluster: countedAt(arrival.cluster) } : arrival;
  return { ...item, arrivals: item.arrivals.map(counted) };
}

function observationsOf({ arrivals }: Item): readonly Observation[] {
  return arrivals.flatMap((arrival) => (arrival.kind === 'observation' ? [arrival.observation] : []));
}

function clusterUids(items: readonly Item[]): ReadonlySet<string> {
  return new Set(items.flatMap((item) => observationsOf(item).map(({ cluster }) => cluster.uid)));
}

/** As triage itself decides. */
function tallied(items: readonly Item[], { triage }: Pick<HotPath, 'triage'>): Partial<Record<DropReason, number>> {
  const tally: Partial<Record<DropReason, number>> = {};
  for (const item of items) {
    const [first] = item.arrivals;
    const before = first?.kind === 'dropped' ? first.reason : undefined;
    const reason = before ?? droppedBy(observationsOf(item), triage);
    if (reason !== undefined) tally[reason] = (tally[reason] ?? 0) + 1;
  }
  return tally;
}

function droppedBy(observations: readonly Observation[], triage: HotPath['triage']): DropReason | undefined {
  const { kept, dropped } = triage.triage(observations);
  return kept.length === 0 ? dropped[0]?.reason : undefined;
}
