/** Makes a case of an incident's evidence: everything parsed once, each piece with the id of the evidence that holds it. */
import { type Fields, fields, isFields, objects, text } from '../kit/fields.ts';
import { parseTime } from '../kit/rfc3339.ts';
import type { FieldChange, ObjectChange } from '../model/change.ts';
import type { Evidence, EvidenceKind, Incident, Strand } from '../model/incident.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import type { Case, CaseEvent, NodeCase, ObjectCase, OwnerCase, Piece, PodCase, Usage } from './case.ts';
import { containerCases } from './container-cases.ts';

export function buildCase(incident: Incident, strands: readonly Strand[], evidence: readonly Evidence[]): Case {
  const newestFirst = evidence
    .filter(({ error, body }) => error === null && body !== '')
    .sort((a, b) => b.capturedAt - a.capturedAt || (a.id < b.id ? -1 : 1));
  const pieces = new Pieces(newestFirst);
  return {
    incident,
    conditions: [...new Set([incident.condition, ...strands.map(({ condition }) => condition)])],
    pods: pieces.objects((ref) => ref.kind === 'Pod').map((ref) => podCase(ref, pieces)),
    objects: pieces.objects((ref) => ref.kind !== 'Pod').map((ref) => objectCase(ref, pieces)),
    events: eventsOf(pieces),
    owners: pieces.newest('owners').flatMap(ownersOf),
    nodes: pieces.each('node').map(nodeOf),
    changes: changesOf(pieces, incident),
    quotas: pieces.newest('quota').map(({ evidenceId, value }) => ({ evidenceId, value: fields(value) })),
    endpoints: listPieces(pieces.newest('endpoints')),
    usage: listPieces(pieces.newest('usage')).flatMap(usageOf),
  };
}

/** Evidence by what it is about, the newest capture first. */
class Pieces {
  readonly evidence: readonly Evidence[];

  constructor(newestFirst: readonly Evidence[]) {
    this.evidence = newestFirst;
  }

  of(kind: EvidenceKind, ref: ObjectRef): Piece<unknown> | undefined {
    const found = this.evidence.find((item) => item.kind === kind && isSame(item.object, ref));
    return found === undefined ? undefined : parsed(found);
  }

  logs(ref: ObjectRef): readonly Evidence[] {
    return this.evidence.filter(
      ({ kind, object }) => (kind === 'log' || kind === 'previous-log') && isSame(object, ref),
    );
  }

  /** Those of the newest capture that has any. */
  newest(kind: EvidenceKind): readonly Piece<unknown>[] {
    const all = this.evidence.filter((item) => item.kind === kind);
    return all.filter(({ capturedAt }) => capturedAt === all[0]?.capturedAt).map(parsed);
  }

  /** The newest of each object. */
  each(kind: EvidenceKind): readonly Piece<unknown>[] {
    const seen = new Map<string, Piece<unknown>>();
    for (const item of this.evidence) {
      if (item.kind === kind && !seen.has(keyOf(item.object))) seen.set(keyOf(item.object), parsed(item));
    }
    return [...seen.values()];
  }

  all(kind: EvidenceKind): readonly Piece<unknown>[] {
    return this.evidence.filter((item) => item.kind === kind).map(parsed);
  }

  objects(wanted: (ref: ObjectRef) => boolean): readonly ObjectRef[] {
    const refs = new Map<string, ObjectRef>();
    for (const { kind, object } of this.evidence) {
      if ((kind === 'spec' || kind === 'status') && wanted(object)) refs.set(keyOf(object), object);
    }
    return [...refs.values()];
  }
}

function keyOf({ kind, namespace, name }: ObjectRef): string {
  return `${kind}/${namespace}/${name}`;
}

function isSame(a: ObjectRef, b: ObjectRef): boolean {
  return keyOf(a) === keyOf(b);
}

/** What is no JSON, because it had to be cut, is nothing. */
function parsed({ id, body }: Evidence): Piece<unknown> {
  try {
    return { evidenceId: id, value: JSON.parse(body) as unknown };
  } catch {
    return { evidenceId: id, value: null };
  }
}

function podCase(ref: ObjectRef, pieces: Pieces): PodCase {
  const spec = specOf(ref, pieces);
  const status = statusOf(ref, pieces);
  return { ref, spec, status, containers: containerCases(spec.value, status.value, pieces.logs(ref)) };
}

function objectCase(ref: ObjectRef, pieces: Pieces): ObjectCase {
  return { ref, spec: specOf(ref, pieces), status: statusOf(ref, pieces) };
}

function specOf(ref: ObjectRef, pieces: Pieces): Piece<Fields> {
  const piece = pieces.of('spec', ref);
  return { evidenceId: piece?.evidenceId ?? '', value: fields(fields(piece?.value)['spec']) };
}

function statusOf(ref: ObjectRef, pieces: Pieces): Piece<Fields> {
  const piece = pieces.of('status', ref);
  return { evidenceId: piece?.evidenceId ?? '', value: fields(piece?.value) };
}

function listPieces(pieces: readonly Piece<unknown>[]): readonly Piece<Fields>[] {
  return pieces.flatMap(({ evidenceId, value }) => objects(value).map((entry) => ({ evidenceId, value: entry })));
}

/** Of an event that several captures saw, the newest. */
function eventsOf(pieces: Pieces): readonly CaseEvent[] {
  const events = new Map<string, CaseEvent>();
  for (const { evidenceId, value } of listPieces(pieces.all('events'))) {
    const uid = text(value['uid'], 512);
    if (events.has(uid)) continue;
    const object = fields(value['object']);
    events.set(uid, {
      evidenceId,
      type: text(value['type']),
      reason: text(value['reason']),
      message: text(value['message'], 65_536),
      count: typeof value['count'] === 'number' ? value['count'] : 1,
      firstSeen: parseTime(value['first_seen']) ?? 0,
      lastSeen: parseTime(value['last_seen']) ?? 0,
      object: { kind: text(object['kind']), namespace: text(object['namespace']), name: text(object['name']) },
      source: text(value['source']),
    });
  }
  return [...events.values()].sort((a, b) => b.lastSeen - a.lastSeen);
}

function ownersOf({ evidenceId, value }: Piece<unknown>): readonly OwnerCase[] {
  return objects(fields(value)['chain']).map((owner) => ({
    evidenceId,
    kind: text(owner['kind']),
    namespace: text(owner['namespace']),
    name: text(owner['name']),
    wantedReplicas: typeof owner['wanted_replicas'] === 'number' ? owner['wanted_replicas'] : null,
    status: fields(owner['status']),
  }));
}

function nodeOf({ evidenceId, value }: Piece<unknown>): NodeCase {
  const node = fields(value);
  return {
    evidenceId,
    name: text(node['name']),
    labels: fields(node['labels']),
    conditions: objects(node['conditions']),
    allocatable: fields(node['allocatable']),
    taints: objects(node['taints']),
    unschedulable: node['unschedulable'] === true,
    info: fields(node['node_info']),
  };
}

/** Every change that any capture saw, once, the newest first. */
function changesOf(pieces: Pieces, { cluster }: Incident): readonly Piece<ObjectChange>[] {
  const changes = new Map<string, Piece<ObjectChange>>();
  for (const { evidenceId, value } of listPieces(pieces.all('changes'))) {
    const id = text(value['id'], 1024);
    const object = fields(value['object']);
    if (changes.has(id)) continue;
    changes.set(id, {
      evidenceId,
      value: {
        id,
        cluster,
        object: {
          kind: text(object['kind']),
          namespace: text(object['namespace']),
          name: text(object['name']),
          uid: text(object['uid']),
        },
        at: parseTime(value['at']) ?? 0,
        summary: text(value['summary'], 4096),
        diff: objects(value['diff']).map(fieldChange),
        revision: typeof value['revision'] === 'number' ? value['revision'] : null,
      },
    });
  }
  return [...changes.values()].sort((a, b) => b.value.at - a.value.at);
}

function fieldChange(entry: Fields): FieldChange {
  const value = (side: unknown) => (side === null || side === undefined ? null : text(side, 4096));
  return { field: text(entry['field'], 1024), before: value(entry['before']), after: value(entry['after']) };
}

/** The usage of volumes stands beside that of containers. */
function usageOf({ evidenceId, value }: Piece<Fields>): readonly Piece<Usage>[] {
  if (!isFields(value['memory'])) return [];
  const memory = fields(value['memory']);
  const cpu = fields(value['cpu']);
  const samples = Array.isArray(memory['samples']) ? memory['samples'] : [];
  return [
    {
      evidenceId,
      value: {
        pod: text(value['pod']),
        container: text(value['container']),
        source: value['source'] === 'prometheus' ? 'prometheus' : 'metrics.k8s.io',
        windowSeconds: number(value['window_seconds']) ?? 0,
        memory: {
          bytes: number(memory['bytes']),
          peakBytes: number(memory['peak_bytes']),
          limitBytes: number(memory['limit_bytes']),
          bytesPerHour: number(memory['bytes_per_hour']),
          samples: samples.filter((sample): sample is number => typeof sample === 'number'),
        },
        cpu: { cores: number(cpu['cores']), limitCores: number(cpu['limit_cores']) },
      },
    },
  ];
}

function number(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
