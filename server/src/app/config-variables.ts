/** The environment variables that set the configuration: which path each one sets, and how its text is read. */
import { delimiter } from 'node:path';

type Reading = 'text' | 'number' | 'boolean' | 'list' | 'namespaces' | 'paths';

interface Variable {
  readonly path: string;
  readonly as: Reading;
  /** Further names, of other tools; the first one that is set counts. */
  readonly also?: readonly string[];
}

export const VARIABLES: Readonly<Record<string, Variable>> = {
  TATTLE_DATA_DIR: { path: 'dataDir', as: 'text' },
  TATTLE_STORE_URL: { path: 'storeUrl', as: 'text' },
  TATTLE_SECRET_KEY: { path: 'secretKey', as: 'text' },
  TATTLE_HOST: { path: 'listen.host', as: 'text' },
  TATTLE_PORT: { path: 'listen.port', as: 'number' },
  TATTLE_PUBLIC_URL: { path: 'listen.publicUrl', as: 'text' },
  TATTLE_BASE_PATH: { path: 'listen.basePath', as: 'text' },
  TATTLE_ALLOWED_HOSTS: { path: 'listen.allowedHosts', as: 'list' },
  TATTLE_TRUSTED_PROXIES: { path: 'listen.trustedProxies', as: 'list' },
  TATTLE_REQUESTS_PER_MINUTE: { path: 'access.requestsPerMinute', as: 'number' },
  TATTLE_KUBERNETES_ACCESS: { path: 'access.kubernetes.enabled', as: 'boolean' },
  TATTLE_OIDC_CLIENT_SECRET: { path: 'access.oidc.clientSecret', as: 'text' },
  TATTLE_TOKEN: { path: 'listen.token', as: 'text' },
  TATTLE_SOURCE: { path: 'clusters.source', as: 'text' },
  TATTLE_KUBECONFIG: { path: 'clusters.kubeconfig', as: 'paths', also: ['KUBECONFIG'] },
  TATTLE_CONTEXTS: { path: 'clusters.contexts', as: 'list' },
  TATTLE_CLUSTER_NAME: { path: 'clusters.name', as: 'text', also: ['EVENT_WATCHER_CLUSTER_NAME'] },
  TATTLE_WATCH_NAMESPACES: { path: 'clusters.watchNamespaces', as: 'namespaces' },
  TATTLE_CUSTOM_RESOURCES: { path: 'clusters.customResources', as: 'list' },
  TATTLE_KUBE_QPS: { path: 'clusters.qps', as: 'number' },
  TATTLE_KUBE_BURST: { path: 'clusters.burst', as: 'number' },
  TATTLE_WATCH_MODE: { path: 'clusters.mode', as: 'text' },
  TATTLE_POLL_SECONDS: { path: 'clusters.pollSeconds', as: 'number' },
  TATTLE_NAMESPACES: { path: 'filter.namespaces', as: 'namespaces' },
  TATTLE_EXCLUDED_NAMESPACES: {
    path: 'filter.excludedNamespaces',
    as: 'list',
    also: ['EVENT_WATCHER_EXCLUDED_NAMESPACES'],
  },
  TATTLE_CLUSTER_SCOPED: { path: 'filter.clusterScoped', as: 'boolean' },
  TATTLE_EVENT_TYPES: { path: 'filter.eventTypes', as: 'list', also: ['EVENT_WATCHER_EVENT_TYPES'] },
  TATTLE_WATCH_REASONS: { path: 'filter.includeReasons', as: 'list', also: ['EVENT_WATCHER_WATCH_REASONS'] },
  TATTLE_EXCLUDED_REASONS: { path: 'filter.excludeReasons', as: 'list' },
  TATTLE_WATCH_KINDS: { path: 'filter.includeKinds', as: 'list' },
  TATTLE_EXCLUDED_KINDS: { path: 'filter.excludeKinds', as: 'list' },
  TATTLE_WATCH_COMPONENTS: { path: 'filter.includeComponents', as: 'list' },
  TATTLE_EXCLUDED_COMPONENTS: { path: 'filter.excludeComponents', as: 'list' },
  TATTLE_LABEL_SELECTOR: { path: 'filter.labelSelector', as: 'text' },
  TATTLE_ANNOTATION_SELECTOR: { path: 'filter.annotationSelector', as: 'text' },
  TATTLE_MIN_EVENT_COUNT: { path: 'filter.minimumCount', as: 'number', also: ['EVENT_WATCHER_MIN_EVENT_COUNT'] },
  TATTLE_SIMULATE_RECORDINGS: { path: 'simulate.recordings', as: 'list' },
  TATTLE_SIMULATE_SPEED: { path: 'simulate.speed', as: 'number' },
  TATTLE_SIMULATE_LOOP: { path: 'simulate.loop', as: 'boolean' },
  TATTLE_DEDUP_TTL_SECONDS: {
    path: 'deduplication.ttlSeconds',
    as: 'number',
    also: ['EVENT_WATCHER_DEDUP_TTL_SECONDS'],
  },
  TATTLE_INTAKE_CLUSTER: { path: 'intake.cluster', as: 'text' },
  TATTLE_INCLUDE_LOGS: { path: 'evidence.logs', as: 'boolean', also: ['EVENT_WATCHER_INCLUDE_LOGS'] },
  TATTLE_LOG_TAIL_LINES: { path: 'evidence.logTailLines', as: 'number', also: ['EVENT_WATCHER_LOG_TAIL_LINES'] },
  TATTLE_EVIDENCE_WAIT_SECONDS: { path: 'evidence.waitSeconds', as: 'number' },
  TATTLE_PROMETHEUS_URL: { path: 'evidence.prometheusUrl', as: 'text' },
  TATTLE_PROMETHEUS_TOKEN: { path: 'evidence.prometheusToken', as: 'text' },
  TATTLE_PROMETHEUS_TOKEN_FILE: { path: 'evidence.prometheusTokenFile', as: 'text' },
  TATTLE_RETENTION_DAYS: { path: 'retention.days.normal', as: 'number' },
  TATTLE_NOTIFY_TO: { path: 'notifyTo', as: 'list' },
  TATTLE_OUTGOING_ALLOW: { path: 'outgoing.allow', as: 'list' },
  TATTLE_OTLP_URL: { path: 'telemetry.otlpUrl', as: 'text' },
  TATTLE_LOG_LEVEL: { path: 'log.level', as: 'text' },
  TATTLE_LOG_FORMAT: { path: 'log.format', as: 'text' },
  TATTLE_STOP_GRACE_SECONDS: { path: 'stopGraceSeconds', as: 'number' },
};

/** How a path's text is read, wherever it comes from. */
export function readingOf(path: string): Reading {
  return Object.values(VARIABLES).find((variable) => variable.path === path)?.as ?? 'text';
}

/** What cannot be read stays text, so that the schema says what was expected. */
export function readText(text: string, as: Reading): unknown {
  const trimmed = text.trim();
  switch (as) {
    case 'text':
      return trimmed;
    case 'number':
      return /^-?\d+(\.\d+)?$/.test(trimmed) ? Number(trimmed) : trimmed;
    case 'boolean':
      return BOOLEANS.get(trimmed.toLowerCase()) ?? trimmed;
    case 'list':
      return parts(trimmed, ',');
    case 'paths':
      return parts(trimmed, delimiter);
    case 'namespaces':
      return trimmed === 'all' ? 'all' : parts(trimmed, ',');
  }
}

const BOOLEANS = new Map([
  ['true', true],
  ['1', true],
  ['yes', true],
  ['on', true],
  ['false', false],
  ['0', false],
  ['no', false],
  ['off', false],
]);

/** Also as a JSON array, which existing ConfigMaps hold. */
function parts(text: string, separator: string): readonly string[] {
  return (jsonList(text) ?? text.split(separator)).map((part) => part.trim()).filter((part) => part !== '');
}

function jsonList(text: string): readonly string[] | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) && list.every((item) => typeof item === 'string') ? list : undefined;
  } catch {
    return undefined;
  }
}

/** Kubernetes describes every Service of the namespace to its pods: one named tattle (or tattle-…) fills TATTLE_…. */
export function isServiceLink(name: string, value: string): boolean {
  if (/_SERVICE_(HOST|PORT(_[A-Z0-9_]+)?)$/.test(name)) return true;
  if (/_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/.test(name)) return true;
  return name.endsWith('_PORT') && /^(tcp|udp|sctp):\/\//.test(value);
}
