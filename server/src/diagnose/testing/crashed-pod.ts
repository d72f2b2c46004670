/** A pod whose container writes a log and ends, again and again, as kubelet shows it. For tests of what reads logs. */
import type { Fields } from '../../kit/fields.ts';
import type { Case } from '../case.ts';
import { type CaseShape, makeCase } from './make-case.ts';

export interface Crash {
  readonly exitCode?: number;
  readonly reason?: string;
  /** Of the ended run: what it left as its termination message, or what the runtime said. */
  readonly message?: string;
  readonly container?: Fields;
  readonly pod?: Fields;
  readonly init?: boolean;
  readonly state?: Fields;
  readonly ready?: boolean;
  readonly restartCount?: number;
  readonly lastState?: Fields;
  readonly more?: CaseShape;
}

const STARTED = '2026-05-04T02:59:00Z';
const FINISHED = '2026-05-04T02:59:02Z';

export function crashedPod(lines: readonly string[], crash: Crash = {}): Case {
  const { exitCode = 1, reason = exitCode === 0 ? 'Completed' : 'Error', message, init = false } = crash;
  const terminated = { exitCode, reason, startedAt: STARTED, finishedAt: FINISHED, ...(message && { message }) };
  const status = {
    name: 'app',
    ready: crash.ready ?? false,
    restartCount: crash.restartCount ?? 4,
    state: crash.state ?? {
      waiting: {
        reason: 'CrashLoopBackOff',
        message: 'back-off 1m20s restarting failed container=app pod=api-1_shop(86c69f60-da2c-4602-9b9a-738f817141ea)',
      },
    },
    lastState: crash.lastState ?? { terminated },
  };
  const spec = { name: 'app', image: 'registry.example/shop/api:2.4.1', ...crash.container };
  return makeCase({
    pods: [
      {
        spec: { [init ? 'initContainers' : 'containers']: [spec], nodeName: 'node-1', ...crash.pod },
        status: {
          phase: init ? 'Pending' : 'Running',
          [init ? 'initContainerStatuses' : 'containerStatuses']: [status],
        },
        logs: { app: lines },
      },
    ],
    ...crash.more,
  });
}

/** It runs and is not ready, without ever having ended. */
export function unreadyPod(lines: readonly string[], more: Crash = {}): Case {
  return crashedPod(lines, {
    state: { running: { startedAt: '2026-05-04T02:40:00Z' } },
    lastState: {},
    restartCount: 0,
    ...more,
  });
}

/** It crashed once, long ago, and has been running and ready since. */
export function recoveredPod(lines: readonly string[]): Case {
  return crashedPod(lines, { state: { running: { startedAt: '2026-05-04T02:00:00Z' } }, ready: true, restartCount: 1 });
}
