/** Captures what is there at the time of failure: specs, statuses, logs, events, owners, node. */
import type { RateLimit } from '../kit/rate-limit.ts';
import type { Evidence, Incident } from '../model/incident.ts';
import type { ClusterReader } from '../model/ports.ts';
import type { ObjectCache } from '../model/slim-object.ts';
import { type Captured, capturedError, capturedValue } from './captured.ts';
import { captureEvents, type RelatedEvents } from './kinds/related-events.ts';
import { captureLogs } from './kinds/logs.ts';
import { captureNode, nodesOf } from './kinds/node.ts';
import { captureOwners } from './kinds/owners.ts';
import { captureSpec } from './kinds/pod-spec.ts';
import { limitedReader } from './limited-reader.ts';
import { type CaptureRound, type Redaction, seal } from './sealing.ts';
import type { Snapshot, Surroundings } from './snapshot.ts';
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
  readonly redaction: Redaction;
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
  const [logs, owners, nodes, events] = await Promise.all([
    Promise.all(options.includeLogs ? pods.map((pod) => captureLogs(pod, logOptions, surroundings)) : []),
    captureOwners(pods[0]?.ref ?? incident.subject, surroundings),
    Promise.all(nodesOf(pods, surroundings).map((name) => captureNode(name, surroundings))),
    captureEvents(incident, sources.relatedEvents, signal),
  ]);
  const captured = [
    ...pods.flatMap(specAndStatus),
    ...(subject === null
      ? []
      : subject.kind === 'seen'
        ? specAndStatus(subject.object)
        : unseen(incident, subject.why)),
    ...logs.flatMap((found) => found.logs),
    events,
    ...(owners === null ? [] : [owners]),
    ...nodes,
  ];
  const budgetBytes = Math.max(0, Math.floor((options.maxIncidentBytes - round.bytesUsed) / 2));
  const sealing = { redaction: sources.redaction, maxBytes: options.maxBytes, budgetBytes };
  return { evidence: seal(captured, round, sealing), logMissing: logs.some((found) => found.missing) };
}

function specAndStatus(object: Snapshot): readonly Captured[] {
  return [captureSpec(object), capturedValue('status', object.ref, object.status)];
}

function unseen(incident: Incident, why: string): readonly Captured[] {
  return [capturedError('status', incident.subject, why)];
}
