/**
 * What an analyzer reads: an incident and its evidence, parsed once. Every piece knows which evidence it came from, so that it
 * can be cited. Pure data; what is not here is unknown, which is not absent.
 */
import type { Fields } from '../kit/fields.ts';
import type { Incident } from '../model/incident.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import type { ObjectChange } from '../model/change.ts';

/** Part of an incident's evidence: a value, and the id of the evidence that holds it. */
export interface Piece<T> {
  readonly evidenceId: string;
  readonly value: T;
}

export interface Case {
  readonly incident: Incident;
  /** Every condition that belongs to the incident (CrashLoopBackOff, Unhealthy …), the headline's first. */
  readonly conditions: readonly string[];
  /** The failing pods that were captured, three at the most. */
  readonly pods: readonly PodCase[];
  /** The other captured objects: the root or subject where it is no pod (Job, PersistentVolumeClaim, HorizontalPodAutoscaler, Service …). */
  readonly objects: readonly ObjectCase[];
  /** Recent events of the root and its objects, newest first. */
  readonly events: readonly CaseEvent[];
  /** The owners of the first pod, from the one above it to the root. */
  readonly owners: readonly OwnerCase[];
  readonly nodes: readonly NodeCase[];
  /** Changes to the root, and to what lies around it, in the half hour before, newest first. */
  readonly changes: readonly Piece<ObjectChange>[];
  /** ResourceQuotas and LimitRanges of the namespace, whole. */
  readonly quotas: readonly Piece<Fields>[];
  readonly endpoints: readonly Piece<Fields>[];
  /** CPU and memory of the hour before: see evidence/kinds/usage. */
  readonly usage: readonly Piece<Usage>[];
}

export interface PodCase {
  readonly ref: ObjectRef;
  /** `spec` of the pod in Kubernetes' own field names; empty fields where it was not captured. */
  readonly spec: Piece<Fields>;
  readonly status: Piece<Fields>;
  readonly containers: readonly ContainerCase[];
}

export interface ContainerCase {
  readonly name: string;
  readonly init: boolean;
  /** Its entry in the pod's spec and in the pod's statuses; empty where there is none. */
  readonly spec: Fields;
  readonly status: Fields;
  /** Every log that could be had, the most telling first: that of the run that ended, then the other, newest capture first. */
  readonly logs: readonly LogCase[];
}

export interface LogCase {
  readonly evidenceId: string;
  readonly previous: boolean;
  /** Without the timestamps that the API puts before each line, oldest first, no empty lines. */
  readonly lines: readonly string[];
}

export interface ObjectCase {
  readonly ref: ObjectRef;
  readonly spec: Piece<Fields>;
  readonly status: Piece<Fields>;
}

export interface CaseEvent {
  readonly evidenceId: string;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly object: Pick<ObjectRef, 'kind' | 'namespace' | 'name'>;
  /** The reporting component; `tattle` for what a detector read from object state. */
  readonly source: string;
}

export interface OwnerCase {
  readonly evidenceId: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Null where it has none. */
  readonly wantedReplicas: number | null;
  readonly status: Fields;
}

export interface NodeCase {
  readonly evidenceId: string;
  readonly name: string;
  /** Those that every node has, and those that the incident's pods ask for; not all. */
  readonly labels: Fields;
  readonly conditions: readonly Fields[];
  readonly allocatable: Fields;
  readonly taints: readonly Fields[];
  readonly unschedulable: boolean;
  /** `status.nodeInfo`: architecture, osImage, kubeletVersion … */
  readonly info: Fields;
}

/** Of one container, over the window before the capture. Null where it was not measured. */
export interface Usage {
  readonly pod: string;
  readonly container: string;
  readonly source: 'metrics.k8s.io' | 'prometheus';
  readonly windowSeconds: number;
  readonly memory: {
    readonly bytes: number | null;
    readonly peakBytes: number | null;
    readonly limitBytes: number | null;
    /** The slope of a line through the window; a leak rises, a spike does not. */
    readonly bytesPerHour: number | null;
    /** Oldest first, evenly spaced; empty where there is only one value. */
    readonly samples: readonly number[];
  };
  readonly cpu: { readonly cores: number | null; readonly limitCores: number | null };
}
