/** Captures what is there at the time of failure: specs, statuses, logs, events, owners, nodes, usage, quotas, endpoints. */
import type { RateLimit } from '../kit/rate-limit.ts';
import type { Evidence, Incident } from '../model/incident.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import type { ClusterReader } from '../model/ports/cluster.ts';
import type { ObjectCache } from '../model/slim-object.ts';
import { type Captured, capturedError, capturedValue } from './captured.ts';
import { captureClaims, claimsOf } from './kinds/claims.ts';
import { captureEndpoints } from './kinds/endpoints.ts';
import { captureChanges, type RecentChanges } from './kinds/changes.ts';
import { captureEvents, type RelatedEvents } from './kinds/related-events.ts';
import { captureLogs } from './kinds/logs.ts';
import { captureNode, nodesOf } from './kinds/node.ts';
import { captureOwners } from './kinds/owners.ts';
import { captureSpec } from './kinds/pod-spec.ts';
import { captureQuota } from './kinds/quota.ts';
import { captureUsage } from './kinds/usage.ts';
import { captureVolumes } from './kinds/volume-usage.ts';
import { limitedPrometheus, limitedReader } from './limited-reader.ts';
import type { Prometheus } from './prometheus.ts';
import { type CaptureRound, type Redaction, seal } from './sealing.ts';
import { type Snapshot, type Surroundings, see } from './snapshot.ts';
import { findTargets } from './target-pods.ts';

export interface CaptureOptions {
  readonly includeLogs: boolean;
  readonly logTailLines: number;
  /** Of one log, spec or status, after redaction. */
  readonly maxBytes: number;
  /** Of all captures of one incident together; each takes at most half of what is left. */
  readonly maxIncidentBytes: number;
  /** One call to the API server. */
  readonly callTimeoutMs: number;
}

export const DEFAULT_CAPTURE: CaptureOptions = {
  includeLogs: true,
  logTailLines: 50,
  maxBytes: 64 * 1024,
  maxIncidentBytes: 2 * 1024 * 1024,
  callTimeoutMs: 10_000,
};

export interface CaptureSources {
  readonly cache: ObjectCache;
  /** Undefined where the cluster is not connected. */
  readerOf(clusterUid: string): ClusterReader | undefined;
  readonly relatedEvents: RelatedEvents;
  readonly recentChanges: RecentChanges;
  readonly redaction: Redaction;
  /** Where the usage of the last hour is asked for; undefined where none is configured, and in a replay. */
  readonly prometheus?: Prometheus | undefined;
  /** Over all captures; on the system's clock, since a replay's stands still. */
  readonly limit: RateLimit;
}

export interface Capture {
  readonly evidence: readonly Evidence[];
  /** A log that must exist could not be had: worth another capture. */
  readonly logMissing: boolean;
}

export async function capture(
  incident: Incident,
  round: CaptureRound & { readonly bytesUsed: number },
  sources: CaptureSources,
  options: CaptureOptions,
  signal: AbortSignal,
): Promise<Capture> {
  const reader = limitedReader(sources.readerOf(incident.cluster.uid), sources.limit, options.callTimeoutMs);
  const surroundings: Surroundings = { incident, cache: sources.cache, reader, signal };
  const { pods, subject } = await findTargets(surroundings);
  const logOptions = { tailLines: options.logTailLines, maxBytes: options.maxBytes };
  const measuring = { ...surroundings, prometheus: limitedPrometheus(sources.prometheus, sources.limit), at: round.at };
  const [logs, owners, nodes, events, changes, root, claims, usage, volumes, quota] = await Promise.all([
    Promise.all(options.includeLogs ? pods.map((pod) => captureLogs(pod, logOptions, surroundings)) : []),
    captureOwners(pods[0]?.ref ?? incident.subject, surroundings),
    Promise.all(nodesOf(pods, surroundings).map((name) => captureNode(name, pods, surroundings))),
    captureEvents(incident, claimsOf(pods), sources.relatedEvents, signal),
    captureChanges(incident, sources.recentChanges, round.at),
    captureRoot(pods, surroundings),
    captureClaims(pods, surroundings),
    Promise.all(pods.map((pod) => captureUsage(pod, measuring))),
    captureVolumes(pods, measuring),
    captureQuota(surroundings),
  ]);
  const endpoints = captureEndpoints(pods, surroundings);
  const captured = [
    ...pods.flatMap(specAndStatus),
    ...(subject === null
      ? []
      : subject.kind === 'seen'
        ? specAndStatus(subject.object)
        : unseen(incident, subject.why)),
    ...logs.flatMap((found) => found.logs),
    ...root,
    ...claims,
    events,
    ...[changes, owners, quota, endpoints].filter((found) => found !== null),
    ...nodes,
    ...usage.flat(),
    ...volumes,
  ];
  const budgetBytes = Math.max(0, Math.floor((options.maxIncidentBytes - round.bytesUsed) / 2));
  const sealing = { redaction: sources.redaction, maxBytes: options.maxBytes, budgetBytes };
  return { evidence: seal(captured, round, sealing), logMissing: logs.some((found) => found.missing) };
}

function specAndStatus(object: Snapshot): readonly Captured[] {
  return [captureSpec(object), capturedValue('status', object.ref, object.status)];
}

/** The root where it is neither the subject nor an owner of the pods: the claim that they wait for, the node that they were on. */
async function captureRoot(pods: readonly Snapshot[], surroundings: Surroundings): Promise<readonly Captured[]> {
  const { incident, cache } = surroundings;
  const { root, subject, cluster } = incident;
  const isNamed = (ref: ObjectRef) =>
    ref.kind === root.kind && ref.name === root.name && ref.namespace === root.namespace;
  if (isNamed(subject) || pods.some((pod) => isNamed(cache.rootOwner(cluster.uid, pod.ref)))) return [];
  const sighting = await see(root, surroundings);
  return sighting.kind === 'seen' ? specAndStatus(sighting.object) : [];
}

function unseen(incident: Incident, why: string): readonly Captured[] {
  return [capturedError('status', incident.subject, why)];
}
