/** What a scenario says of a pod: its spec as people write it, and how its containers will fare. */
import type { Fields } from './kube-object.ts';

/** A probe that fails while a container runs. */
export interface ProbeFailures {
  readonly probe: 'Readiness' | 'Liveness' | 'Startup';
  readonly output: string;
  /** Seconds after the container's start, each one failure. */
  readonly at: readonly number[];
  /** The last failure is one too many: the kubelet kills the container. */
  readonly kills?: boolean;
}

/** One run of a container; the last one planned is repeated for good. */
export interface Run {
  /** How long it runs; for good where it is left out. */
  readonly seconds?: number;
  readonly exitCode?: number;
  readonly reason?: string;
  readonly log?: readonly string[];
  /** Seconds until its readiness probe succeeds; null where it does not. */
  readonly readyAfter?: number | null;
  readonly probe?: ProbeFailures;
  /** The runtime created the container, but could not start it. */
  readonly startError?: { readonly message: string; readonly exitCode: number };
  /** The output of its postStart hook, which failed. */
  readonly postStart?: string;
}

/** A container that cannot even be created: what the kubelet shows and says, step by step after the pod's start. */
export interface Step {
  readonly after: number;
  readonly waiting: { readonly reason: string; readonly message?: string };
  readonly events: readonly (readonly [type: 'Normal' | 'Warning', reason: string, message: string])[];
}

export interface PodPlan {
  readonly spec: {
    readonly containers: readonly ContainerSpec[];
    readonly initContainers?: readonly ContainerSpec[];
    readonly restartPolicy?: string;
    readonly [more: string]: unknown;
  };
  readonly annotations?: Record<string, string>;
  readonly labels?: Record<string, string>;
  readonly runs?: Readonly<Record<string, readonly Run[]>>;
  /** By replica: how much longer its first run lasts. */
  readonly offsets?: readonly number[];
  readonly steps?: Readonly<Record<string, readonly Step[]>>;
  /** Where it is placed; what the scheduler says where it is not. */
  readonly nodes?: readonly string[];
  readonly unschedulable?: Unschedulable;
  /** The kubelet waits for volumes this long; for good where it is null. */
  readonly volumesAfter?: number | null;
  /** What else befalls it once it is created. */
  readonly fate?: (pod: PodLike, index: number) => void;
}

export interface Unschedulable {
  readonly message: string;
  /** Seconds after creation at which the scheduler tries. */
  readonly tries: readonly number[];
}

export interface ContainerSpec extends Fields {
  readonly name: string;
  readonly image: string;
}

/** The part of a pod's life that scenarios take a hand in. */
export interface PodLike {
  evict(message: string): void;
  remove(): void;
  kubeletEvent(type: 'Normal' | 'Warning', reason: string, message: string, container?: string): void;
}

/** Of what the API server fills in where people leave it out, what tells pods apart. */
export function defaulted(plan: PodPlan): Fields {
  const { containers, initContainers, ...rest } = plan.spec;
  const container = (spec: ContainerSpec) => ({
    ...spec,
    resources: spec['resources'] ?? {},
    imagePullPolicy: spec['imagePullPolicy'] ?? 'IfNotPresent',
  });
  return {
    ...(initContainers !== undefined && { initContainers: initContainers.map(container) }),
    containers: containers.map(container),
    restartPolicy: 'Always',
    ...rest,
  };
}
