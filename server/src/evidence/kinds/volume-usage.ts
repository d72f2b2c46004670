/** How full the volumes of failing pods are, and how fast they fill: the hour before, which only Prometheus knows. */
import { objects, text } from '../../kit/fields.ts';
import { type Captured, capturedError, capturedValue } from '../captured.ts';
import { lastHour, type Measuring, OBJECT_NAME, seriesWhere, WINDOW_SECONDS, whole } from '../last-hour.ts';
import type { Prometheus } from '../prometheus.ts';
import type { Snapshot } from '../snapshot.ts';
import { claimName } from '../target-pods.ts';
import { trendOf } from '../trend.ts';

interface VolumeUsage {
  readonly claim: string;
  readonly pod: string;
  readonly source: 'prometheus';
  readonly window_seconds: number;
  readonly volume: {
    readonly bytes: number | null;
    readonly peak_bytes: number | null;
    readonly capacity_bytes: number | null;
    readonly bytes_per_hour: number | null;
    readonly samples: readonly number[];
  };
}

const MOST_CLAIMS = 3;

/** The claims that these pods mount, each once. */
export async function captureVolumes(pods: readonly Snapshot[], measuring: Measuring): Promise<readonly Captured[]> {
  const { prometheus } = measuring;
  if (prometheus === null) return [];
  const claims = new Map<string, { claim: string; pod: Snapshot }>();
  for (const pod of pods) {
    for (const claim of claimsOf(pod)) claims.set(`${pod.ref.namespace}/${claim}`, { claim, pod });
  }
  const wanted = [...claims.values()].slice(0, MOST_CLAIMS);
  return (await Promise.all(wanted.map(({ claim, pod }) => volumeUsage(claim, pod, prometheus, measuring)))).flat();
}

async function volumeUsage(
  claim: string,
  pod: Snapshot,
  prometheus: Prometheus,
  measuring: Measuring,
): Promise<readonly Captured[]> {
  const { namespace } = pod.ref;
  const named = { kind: 'PersistentVolumeClaim', namespace, name: claim, uid: '' };
  const object = measuring.cache.find(measuring.incident.cluster.uid, named)?.ref ?? named;
  const of = `{__name__=~"kubelet_volume_stats_(used|capacity)_bytes",namespace="${namespace}",persistentvolumeclaim="${claim}"}`;
  const answer = await prometheus.range(lastHour(of, measuring), measuring.signal);
  if (answer.kind === 'error') return [capturedError('usage', object, answer.error)];
  const used = trendOf(seriesWhere(answer, '__name__', 'kubelet_volume_stats_used_bytes'));
  const capacity = trendOf(seriesWhere(answer, '__name__', 'kubelet_volume_stats_capacity_bytes')).last;
  if (used.last === null) return [];
  const usage: VolumeUsage = {
    claim,
    pod: pod.ref.name,
    source: 'prometheus',
    window_seconds: WINDOW_SECONDS,
    volume: {
      bytes: whole(used.last),
      peak_bytes: whole(used.peak),
      capacity_bytes: whole(capacity),
      bytes_per_hour: whole(used.perHour),
      samples: used.samples.map(Math.round),
    },
  };
  return [capturedValue('usage', object, [usage])];
}

/** Those that are named, and those that a pod brings with it (`ephemeral`). */
function claimsOf(pod: Snapshot): readonly string[] {
  if (!OBJECT_NAME.test(pod.ref.namespace)) return [];
  return objects(pod.spec['volumes'])
    .map((volume) => ('ephemeral' in volume ? `${pod.ref.name}-${text(volume['name'])}` : text(claimName(volume))))
    .filter((name) => OBJECT_NAME.test(name));
}
