/** Cases for tests of analyzers, from the shapes that Kubernetes writes. What is not given is empty. */
import { fields, objects, text, type Fields } from '../../kit/fields.ts';
import type { ObjectChange } from '../../model/change.ts';
import type { Category } from '../../model/cluster-event.ts';
import type { Citation } from '../../model/diagnosis.ts';
import type { ObjectRef } from '../../model/object-ref.ts';
import type {
  Case,
  CaseEvent,
  ContainerCase,
  LogCase,
  NodeCase,
  ObjectCase,
  OwnerCase,
  PodCase,
  Usage,
} from '../case.ts';

export interface CaseShape {
  readonly condition?: string;
  readonly conditions?: readonly string[];
  readonly category?: Category;
  readonly root?: Partial<ObjectRef>;
  readonly subject?: Partial<ObjectRef>;
  readonly openedAt?: number;
  readonly pods?: readonly PodShape[];
  readonly objects?: readonly { kind: string; name?: string; spec?: Fields; status?: Fields }[];
  readonly events?: readonly (Partial<CaseEvent> & { reason: string; message: string })[];
  readonly owners?: readonly Partial<OwnerCase>[];
  readonly nodes?: readonly Partial<NodeCase>[];
  readonly changes?: readonly (Partial<ObjectChange> & { summary: string })[];
  readonly quotas?: readonly Fields[];
  readonly endpoints?: readonly Fields[];
  readonly usage?: readonly Usage[];
}

export interface PodShape {
  readonly name?: string;
  readonly spec?: Fields;
  readonly status?: Fields;
  /** Container → lines of its logs, as the program wrote them. */
  readonly logs?: Readonly<Record<string, readonly string[]>>;
  readonly previousLogs?: Readonly<Record<string, readonly string[]>>;
}

const AT = Date.parse('2026-05-04T03:00:00Z');
const CLUSTER = { uid: 'c1', name: 'test' };

export function makeCase(shape: CaseShape): Case {
  const root = { kind: 'Deployment', namespace: 'shop', name: 'api', uid: 'r1', ...shape.root };
  const condition = shape.condition ?? shape.conditions?.[0] ?? 'CrashLoopBackOff';
  const openedAt = shape.openedAt ?? AT;
  return {
    incident: {
      id: 'i1',
      cluster: CLUSTER,
      state: 'open',
      severity: 'high',
      category: shape.category ?? 'Other',
      condition,
      root,
      subject: { ...root, ...shape.subject },
      title: `${condition}: ${root.kind} ${root.namespace}/${root.name}`,
      openedAt,
      lastSeen: openedAt,
      clearedAt: null,
      resolvedAt: null,
      eventCount: 1,
      openedBy: 'e1',
      regressions: 0,
      resolvedBy: null,
      mergedInto: null,
      resolution: null,
    },
    conditions: shape.conditions ?? [condition],
    pods: (shape.pods ?? []).map((pod, index) => podCase(pod, root, index)),
    objects: (shape.objects ?? []).map(({ kind, name, spec, status }): ObjectCase => {
      const ref = { kind, namespace: root.namespace, name: name ?? root.name, uid: `${kind}-uid` };
      return { ref, spec: piece(`spec-${kind}`, spec), status: piece(`status-${kind}`, status) };
    }),
    events: (shape.events ?? []).map(
      (event): CaseEvent => ({
        evidenceId: 'events',
        type: 'Warning',
        count: 1,
        firstSeen: openedAt,
        lastSeen: openedAt,
        object: { kind: 'Pod', namespace: root.namespace, name: `${root.name}-1` },
        source: 'kubelet',
        ...event,
      }),
    ),
    owners: (shape.owners ?? []).map(
      (owner): OwnerCase => ({ evidenceId: 'owners', ...root, wantedReplicas: null, status: {}, ...owner }),
    ),
    nodes: (shape.nodes ?? []).map(
      (node): NodeCase => ({
        evidenceId: 'node',
        name: 'node-1',
        labels: {},
        conditions: [],
        allocatable: {},
        taints: [],
        unschedulable: false,
        info: {},
        ...node,
      }),
    ),
    changes: (shape.changes ?? []).map((change, index) => ({
      evidenceId: 'changes',
      value: {
        id: `change-${index}`,
        cluster: CLUSTER,
        object: root,
        at: openedAt - 60_000,
        diff: [],
        revision: null,
        ...change,
      },
    })),
    quotas: (shape.quotas ?? []).map((value) => ({ evidenceId: 'quota', value })),
    endpoints: (shape.endpoints ?? []).map((value) => ({ evidenceId: 'endpoints', value })),
    usage: (shape.usage ?? []).map((value) => ({ evidenceId: 'usage', value })),
  };
}

function podCase(pod: PodShape, root: ObjectRef, index: number): PodCase {
  const name = pod.name ?? `${root.name}-${index + 1}`;
  const spec = pod.spec ?? {};
  const status = pod.status ?? {};
  return {
    ref: { kind: 'Pod', namespace: root.namespace, name, uid: `pod-${index}` },
    spec: piece(`spec-${name}`, spec),
    status: piece(`status-${name}`, status),
    containers: containersOf(pod, name, spec, status),
  };
}

function containersOf(pod: PodShape, podName: string, spec: Fields, status: Fields): readonly ContainerCase[] {
  const named = (init: boolean) => {
    const specs = objects(spec[init ? 'initContainers' : 'containers']);
    const statuses = objects(status[init ? 'initContainerStatuses' : 'containerStatuses']);
    const names = new Set([...specs, ...statuses].map((entry) => text(entry['name'])));
    if (!init) for (const name of Object.keys({ ...pod.logs, ...pod.previousLogs })) names.add(name);
    return [...names].map(
      (name): ContainerCase => ({
        name,
        init,
        spec: fields(specs.find((entry) => entry['name'] === name)),
        status: fields(statuses.find((entry) => entry['name'] === name)),
        logs: [
          ...logCase(`previous-log-${podName}-${name}`, true, pod.previousLogs?.[name]),
          ...logCase(`log-${podName}-${name}`, false, pod.logs?.[name]),
        ],
      }),
    );
  };
  const init = named(true);
  return [...init, ...named(false).filter(({ name }) => !init.some((other) => other.name === name))];
}

function logCase(evidenceId: string, previous: boolean, lines: readonly string[] | undefined): readonly LogCase[] {
  return lines === undefined || lines.length === 0 ? [] : [{ evidenceId, previous, lines }];
}

function piece(evidenceId: string, value: Fields | undefined): { evidenceId: string; value: Fields } {
  return { evidenceId, value: value ?? {} };
}

/** What the citations say, for `toContain`. */
export function words(finding: { readonly citations: readonly Citation[] } | undefined): readonly string[] {
  return finding?.citations.map((citation) => citation.text) ?? [];
}
