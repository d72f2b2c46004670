import { describe, expect, it } from 'vitest';
import type { Captured } from '../captured.ts';
import type { Prometheus, RangeQuery } from '../prometheus.ts';
import { cachedObject } from '../testing/recorded-cluster.ts';
import { surroundingsOf, type World } from '../testing/surroundings.ts';
import { captureUsage } from './usage.ts';
import { captureVolumes } from './volume-usage.ts';

const AT = 10_000_000;
const MI = 1024 * 1024;
const crashing = { restartCount: 3, state: { waiting: { reason: 'CrashLoopBackOff' } } };

function pod(more: object = {}) {
  return cachedObject('Pod', {
    metadata: { namespace: 'shop', name: 'web-1' },
    spec: {
      containers: [
        { name: 'app', resources: { limits: { memory: '64Mi', cpu: '500m' } } },
        { name: 'proxy', resources: {} },
      ],
      ...more,
    },
    status: {
      phase: 'Running',
      containerStatuses: [
        { name: 'app', ...crashing },
        { name: 'proxy', ready: true, restartCount: 0, state: { running: {} } },
      ],
    },
  });
}

const series = (labels: object, values: readonly number[]) => ({
  labels: labels as Record<string, unknown>,
  samples: values.map((value, index) => ({ at: AT - (values.length - 1 - index) * 60_000, value })),
});

/** Answers memory, CPU and volume queries with what it is given, and remembers them. */
function prometheusOf(answers: Readonly<Record<string, readonly ReturnType<typeof series>[]>>) {
  const asked: RangeQuery[] = [];
  const prometheus: Prometheus = {
    range: async (query) => {
      asked.push(query);
      const found = Object.entries(answers).find(([part]) => query.query.includes(part));
      return { kind: 'series', series: found?.[1] ?? [] };
    },
  };
  return { asked, prometheus };
}

const measuring = (prometheus: Prometheus | null, reader: World['reader'] = {}) => ({
  ...surroundingsOf({ root: pod().ref, reader }),
  prometheus,
  at: AT,
});
const failing: Prometheus = {
  range: async () => ({ kind: 'error', error: 'Prometheus could not be asked: HTTP 500' }),
};
const metrics = {
  window: '1m15.2s',
  containers: [
    { name: 'app', usage: { cpu: '12500000n', memory: '12Mi' } },
    { name: 'proxy', usage: { cpu: '1', memory: '1Gi' } },
  ],
};
const valueOf = ([piece]: readonly Captured[]) =>
  piece?.content.kind === 'value' ? piece.content.value : piece?.content;

describe('the use of containers', () => {
  it('is an hour of Prometheus for the failing ones', async () => {
    const rising = Array.from({ length: 60 }, (_, index) => (4 + index) * MI);
    const { asked, prometheus } = prometheusOf({
      working_set: [series({ container: 'app' }, rising), series({ container: 'proxy' }, [1])],
      cpu_usage: [series({ container: 'app' }, [0.1, 0.25049])],
    });
    const found = await captureUsage(pod(), measuring(prometheus));
    expect(found[0]).toMatchObject({ kind: 'usage', object: { kind: 'Pod', name: 'web-1' } });
    expect(valueOf(found)).toEqual([
      {
        pod: 'web-1',
        container: 'app',
        source: 'prometheus',
        window_seconds: 3600,
        memory: {
          bytes: 63 * MI,
          peak_bytes: 63 * MI,
          limit_bytes: 64 * MI,
          bytes_per_hour: 60 * MI,
          samples: rising,
        },
        cpu: { cores: 0.25, limit_cores: 0.5 },
      },
    ]);
    expect(asked).toHaveLength(2);
    expect(asked[0]).toMatchObject({ from: AT - 59 * 60_000, to: AT, stepSeconds: 60 });
    expect(asked[0]?.query).toContain('{namespace="shop",pod="web-1",container!=""}');
  });

  it.each([
    ['without Prometheus', null],
    ['where Prometheus knows nothing of the pod', prometheusOf({}).prometheus],
    ['where Prometheus fails', failing],
  ])('is one value of the metrics API %s', async (_why, prometheus) => {
    const found = await captureUsage(pod(), measuring(prometheus, { podMetrics: async () => metrics }));
    expect(valueOf(found)).toEqual([
      {
        pod: 'web-1',
        container: 'app',
        source: 'metrics.k8s.io',
        window_seconds: 75,
        memory: {
          bytes: 12 * MI,
          peak_bytes: null,
          limit_bytes: 64 * MI,
          bytes_per_hour: null,
          samples: [],
        },
        cpu: { cores: 0.013, limit_cores: 0.5 },
      },
    ]);
  });

  it('is no evidence where there is nobody to ask, and an error where asking failed', async () => {
    expect(await captureUsage(pod(), measuring(null))).toEqual([]);
    expect(valueOf(await captureUsage(pod(), measuring(failing)))).toMatchObject({
      error: expect.stringContaining('500'),
    });
    const down = { podMetrics: () => Promise.reject(new Error('timed out')) };
    expect(valueOf(await captureUsage(pod(), measuring(null, down)))).toEqual({ kind: 'error', error: 'timed out' });
  });

  it('puts no odd name into a query', async () => {
    const { asked, prometheus } = prometheusOf({});
    const odd = cachedObject('Pod', {
      metadata: { namespace: 'shop', name: 'a"} or up{x="' },
      spec: { volumes: [{ persistentVolumeClaim: { claimName: '"} or up{x="' } }] },
      status: { containerStatuses: [{ name: 'app', ...crashing }] },
    });
    await captureUsage(odd, measuring(prometheus));
    await captureVolumes([odd], measuring(prometheus));
    expect(asked).toEqual([]);
  });

  it('survives metrics of any shape', async () => {
    for (const odd of [{}, { containers: 'x' }, { containers: [null, { name: 'app', usage: 7 }], window: {} }]) {
      const found = await captureUsage(pod(), measuring(null, { podMetrics: async () => odd }));
      expect(found.length).toBeLessThanOrEqual(1);
    }
  });
});

describe('the use of volumes', () => {
  const volumes = [
    { name: 'data', persistentVolumeClaim: { claimName: 'web-data' } },
    { name: 'tmp', emptyDir: {} },
  ];

  it('is told once a claim, with its capacity', async () => {
    const { asked, prometheus } = prometheusOf({
      volume_stats: [
        series({ __name__: 'kubelet_volume_stats_used_bytes' }, [900, 950]),
        series({ __name__: 'kubelet_volume_stats_capacity_bytes' }, [1000, 1000]),
      ],
    });
    const found = await captureVolumes([pod({ volumes }), pod({ volumes })], measuring(prometheus));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ kind: 'usage', object: { kind: 'PersistentVolumeClaim', name: 'web-data' } });
    expect(valueOf(found)).toMatchObject([
      { claim: 'web-data', pod: 'web-1', volume: { bytes: 950, capacity_bytes: 1000, samples: [900, 950] } },
    ]);
    expect(asked[0]?.query).toContain('persistentvolumeclaim="web-data"');
  });

  it('is not known without Prometheus', async () => {
    expect(await captureVolumes([pod({ volumes })], measuring(null))).toEqual([]);
    expect(await captureVolumes([pod({ volumes })], measuring(prometheusOf({}).prometheus))).toEqual([]);
  });
});
