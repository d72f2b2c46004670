/** CPU and memory of a pod's failing containers: an hour from Prometheus, or now from metrics.k8s.io. */
import { fields, objects, text } from '../../kit/fields.ts';
import { quantityOf } from '../../kit/quantity.ts';
import { type Captured, capturedError, capturedValue } from '../captured.ts';
import { failingContainers, runContainers } from '../failing-containers.ts';
import { type Measuring, lastHour, OBJECT_NAME, seriesWhere, WINDOW_SECONDS, whole } from '../last-hour.ts';
import type { Snapshot, Surroundings } from '../snapshot.ts';
import { type Trend, trendOf } from '../trend.ts';

/** Null where it was not measured, or has no limit. */
interface ContainerUsage {
  readonly pod: string;
  readonly container: string;
  readonly source: 'metrics.k8s.io' | 'prometheus';
  readonly window_seconds: number;
  readonly memory: {
    readonly bytes: number | null;
    readonly peak_bytes: number | null;
    readonly limit_bytes: number | null;
    readonly bytes_per_hour: number | null;
    /** Oldest first, a minute apart but for gaps. */
    readonly samples: readonly number[];
  };
  readonly cpu: { readonly cores: number | null; readonly limit_cores: number | null };
}

const MOST_CONTAINERS = 10;
/** Nothing where there is nobody to ask: most clusters have no Prometheus that Tattle knows of, and that is no fault. */
export async function captureUsage(pod: Snapshot, measuring: Measuring): Promise<readonly Captured[]> {
  const names = containersOf(pod);
  if (names.length === 0) return [];
  const history = await fromPrometheus(pod, names, measuring);
  if (history.kind === 'usage' && history.usage.length > 0) return [capturedValue('usage', pod.ref, history.usage)];
  try {
    const now = await fromMetrics(pod, names, measuring);
    if (now.length > 0) return [capturedValue('usage', pod.ref, now)];
    return history.kind === 'error' ? [capturedError('usage', pod.ref, history.error)] : [];
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return [capturedError('usage', pod.ref, history.kind === 'error' ? `${history.error}; ${why}` : why)];
  }
}

/** The failing ones; all that ran where none stands out. */
function containersOf(pod: Snapshot): readonly string[] {
  const failing = failingContainers(pod);
  const found = failing.length > 0 ? failing : runContainers(pod);
  return found.map(({ name }) => name).slice(0, MOST_CONTAINERS);
}

type History =
  | { readonly kind: 'usage'; readonly usage: readonly ContainerUsage[] }
  | { readonly kind: 'error'; readonly error: string };

async function fromPrometheus(pod: Snapshot, names: readonly string[], measuring: Measuring): Promise<History> {
  const { namespace, name } = pod.ref;
  const { prometheus, signal } = measuring;
  if (prometheus === null || !OBJECT_NAME.test(namespace) || !OBJECT_NAME.test(name))
    return { kind: 'usage', usage: [] };
  const of = `{namespace="${namespace}",pod="${name}",container!=""}`;
  const ask = (query: string) => prometheus.range(lastHour(query, measuring), signal);
  const [memory, cpu] = await Promise.all([
    ask(`max by (container) (container_memory_working_set_bytes${of})`),
    ask(`max by (container) (rate(container_cpu_usage_seconds_total${of}[5m]))`),
  ]);
  if (memory.kind === 'error') return memory;
  const usage = names.flatMap((container) => {
    const trend = trendOf(seriesWhere(memory, 'container', container));
    const cores = trendOf(seriesWhere(cpu, 'container', container)).last;
    if (trend.last === null && cores === null) return [];
    return [containerUsage(pod, container, 'prometheus', WINDOW_SECONDS, trend, cores)];
  });
  return { kind: 'usage', usage };
}

async function fromMetrics(
  pod: Snapshot,
  names: readonly string[],
  { reader, signal }: Surroundings,
): Promise<readonly ContainerUsage[]> {
  const metrics = await reader.podMetrics(pod.ref.namespace, pod.ref.name, signal);
  if (metrics === null) return [];
  const window = secondsOf(metrics['window']);
  return objects(metrics['containers'])
    .filter(({ name }) => names.includes(text(name)))
    .map((container) => {
      const { memory, cpu } = fields(container['usage']);
      const now: Trend = { last: quantityOf(memory), peak: null, perHour: null, samples: [] };
      return containerUsage(pod, text(container['name']), 'metrics.k8s.io', window, now, quantityOf(cpu));
    });
}

function containerUsage(
  pod: Snapshot,
  container: string,
  source: ContainerUsage['source'],
  window: number,
  memory: Trend,
  cores: number | null,
): ContainerUsage {
  const all = [...objects(pod.spec['initContainers']), ...objects(pod.spec['containers'])];
  const limits = fields(fields(all.find(({ name }) => name === container)?.['resources'])['limits']);
  return {
    pod: pod.ref.name,
    container,
    source,
    window_seconds: window,
    memory: {
      bytes: whole(memory.last),
      peak_bytes: whole(memory.peak),
      limit_bytes: whole(quantityOf(limits['memory'])),
      bytes_per_hour: whole(memory.perHour),
      samples: memory.samples.map(Math.round),
    },
    cpu: { cores: thousandths(cores), limit_cores: quantityOf(limits['cpu']) },
  };
}

/** A Go duration as PodMetrics write it: `15.1s`, `1m0s`. */
function secondsOf(duration: unknown): number {
  const match = /^(?:(\d{1,4})m)?(?:(\d{1,6}(?:\.\d{1,9})?)s)?$/.exec(text(duration, 64));
  return match === null ? 0 : Math.round(Number(match[1] ?? 0) * 60 + Number(match[2] ?? 0));
}

function thousandths(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1000) / 1000;
}
