/** A diagnosis by every analyzer, and pods as kubelet shows them, for tests of which of several readings wins. */
import type { Diagnosis } from '../../model/diagnosis.ts';
import { ANALYZERS } from '../analyzers/index.ts';
import type { Case } from '../case.ts';
import { diagnose } from '../diagnose.ts';
import type { CaseShape, PodShape } from './make-case.ts';

export function diagnosed(the: Case): Diagnosis | null {
  return diagnose(the, {
    analyzers: ANALYZERS,
    behind: () => [],
    onFault: (error, analyzer) => {
      throw new Error(`${analyzer}: ${error.message}`, { cause: error });
    },
    stands: () => true,
    at: 0,
  });
}

const BACK_OFF = {
  waiting: { reason: 'CrashLoopBackOff', message: 'back-off 1m20s restarting failed container=app' },
};
export const RUNNING = { running: { startedAt: '2026-05-04T02:40:00Z' } };
export const ended = (exitCode: number, reason = 'Error') => ({
  terminated: { exitCode, reason, startedAt: '2026-05-04T02:59:00Z', finishedAt: '2026-05-04T02:59:20Z' },
});

interface Shown {
  readonly name?: string;
  readonly state?: object;
  readonly lastState?: object;
  readonly ready?: boolean;
  readonly restarts?: number;
  readonly spec?: object;
  readonly log?: readonly string[];
  readonly init?: boolean;
}

/** A pod on a node, with its containers as kubelet shows them; by default one that crashes. */
export function pod(
  containers: readonly Shown[],
  more: { name?: string; spec?: object; status?: object } = {},
): PodShape {
  const named = (init: boolean) => containers.filter((each) => (each.init ?? false) === init);
  const specs = (init: boolean) =>
    named(init).map(({ name = 'app', spec }) => ({ name, image: 'registry.example/shop/api:2.4.1', ...spec }));
  const statuses = (init: boolean) =>
    named(init).map(({ name = 'app', state = BACK_OFF, lastState = ended(1), ready = false, restarts = 4 }) => ({
      name,
      ready,
      started: ready,
      restartCount: restarts,
      state,
      lastState,
    }));
  return {
    ...(more.name !== undefined && { name: more.name }),
    spec: { nodeName: 'node-1', initContainers: specs(true), containers: specs(false), ...more.spec },
    status: {
      phase: 'Running',
      initContainerStatuses: statuses(true),
      containerStatuses: statuses(false),
      ...more.status,
    },
    logs: Object.fromEntries(containers.map(({ name = 'app', log = [] }) => [name, log])),
  };
}

export const crashing = (...log: string[]): CaseShape => ({ pods: [pod([{ log }])] });
export const LIVE = {
  livenessProbe: { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 10, failureThreshold: 3 },
};
export const READY = {
  readinessProbe: { httpGet: { path: '/ready', port: 8080 }, periodSeconds: 5, failureThreshold: 3 },
};
export const unhealthy = (message: string, more: object = {}) => ({ reason: 'Unhealthy', message, count: 12, ...more });

/** How a trace of Python begins. */
export const PYTHON = ['Traceback (most recent call last):', '  File "/app/main.py", line 12, in <module>'];
