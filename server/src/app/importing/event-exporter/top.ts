/** The settings at the top of kubernetes-event-exporter's file: the cluster, the log, how fast it asks. */
import type { Draft } from '../draft.ts';
import type { Fields } from '../fields.ts';
import type { Notes } from '../notes.ts';

const LEVELS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    trace: 'debug',
    debug: 'debug',
    info: 'info',
    warn: 'warn',
    error: 'error',
    fatal: 'error',
    panic: 'error',
  }),
);

type Filter = Readonly<Record<string, readonly string[]>>;

export function translateTop(source: Fields, filter: Filter, draft: Draft, notes: Notes): void {
  translateCluster(source, draft, notes);
  translateNamespace(source, filter, draft, notes);
  translateLog(source, draft, notes);
  tellTheRest(source, notes);
}

function translateCluster(source: Fields, draft: Draft, notes: Notes): void {
  const name = source.text('clusterName');
  const qps = source.number('kubeQPS');
  const burst = source.number('kubeBurst');
  const kubeconfig = source.text('kubeconfig');
  if (name !== undefined) draft.section('clusters', { name: name.slice(0, 253) }, 'clusterName');
  if (qps !== undefined) draft.section('clusters', { qps: within(qps, 0.1, 10_000) }, 'kubeQPS');
  if (burst !== undefined) draft.section('clusters', { burst: within(Math.trunc(burst), 1, 10_000) }, 'kubeBurst');
  if (kubeconfig !== undefined) draft.section('clusters', { kubeconfig: [kubeconfig] }, 'kubeconfig');
  for (const [key, value] of Object.entries({ clusterName: name, kubeQPS: qps, kubeBurst: burst, kubeconfig })) {
    if (value !== undefined) notes.taken(key, 'is a setting of clusters');
  }
}

function translateNamespace(source: Fields, filter: Filter, draft: Draft, notes: Notes): void {
  const namespace = source.text('namespace');
  if (namespace === undefined) {
    draft.section('filter', { namespaces: 'all', ...filter }, 'it watched every namespace');
    notes.taken('namespace', 'is left out, so that every namespace is monitored');
    return;
  }
  draft.section('clusters', { watchNamespaces: [namespace] }, 'namespace');
  draft.section('filter', { namespaces: [namespace], ...filter }, 'namespace');
  notes.taken('namespace', 'is the only one that is watched and monitored');
}

function translateLog(source: Fields, draft: Draft, notes: Notes): void {
  const level = source.text('logLevel');
  const format = source.text('logFormat');
  if (level !== undefined) {
    const own = LEVELS.get(level.toLowerCase());
    if (own === undefined) notes.missing('logLevel', 'is no level that is known: log.level is info');
    else {
      draft.section('log', { level: own }, 'logLevel');
      if (own === level) notes.taken('logLevel', 'is log.level');
      else notes.changed('logLevel', `is ${own} here, the nearest level that there is`);
    }
  }
  if (format === undefined) return;
  draft.section('log', { format: format === 'json' ? 'json' : 'text' }, 'logFormat');
  notes.taken('logFormat', 'is log.format');
}

function tellTheRest(source: Fields, notes: Notes): void {
  for (const name of ['maxEventAgeSeconds', 'throttlePeriod'].filter((key) => source.has(key))) {
    notes.changed(
      name,
      'needs no counterpart: Tattle remembers how far it has read, and tells what it missed as a gap',
    );
  }
  if (source.has('leaderElection')) {
    notes.changed('leaderElection', 'needs no counterpart: replicas share one store, and divide the work by it');
  }
  if (source.has('metricsNamePrefix')) {
    notes.missing(
      'metricsNamePrefix',
      'has no counterpart: metrics are called tattle_…; relabel them where they are scraped',
    );
  }
  for (const name of ['omitLookup', 'cacheSize'].filter((key) => source.has(key))) {
    notes.changed(
      name,
      'needs no counterpart: objects are read from what Tattle watches, and not asked for one by one',
    );
  }
  source.settle(
    'maxEventAgeSeconds',
    'throttlePeriod',
    'leaderElection',
    'metricsNamePrefix',
    'omitLookup',
    'cacheSize',
  );
}

function within(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
