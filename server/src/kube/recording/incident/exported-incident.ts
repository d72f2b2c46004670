/** Reads an exported incident: what of it can be played again. Whatever is not as it should be counts as not there. */
import { count, type Fields, fields, objects, text, time } from '../../../kit/fields.ts';
import { isDeeperThan } from '../../../kit/nesting.ts';
import type { ObjectRef } from '../../../model/object-ref.ts';
import { incidentJsonOf } from './incident-json.ts';

/** Of the newest form that is understood. */
const FORM = 'tattle.incident/v1';

export interface ExportedIncident {
  readonly cluster: { readonly uid: string; readonly name: string };
  /** Milliseconds since the Unix epoch, as all times here. */
  readonly openedAt: number;
  /** When its last condition had ended; null where one went on. */
  readonly clearedAt: number | null;
  readonly root: ObjectRef;
  readonly subject: ObjectRef;
  /** Everything that the incident is about: its objects, and the roots of its strands. */
  readonly members: readonly ObjectRef[];
  readonly events: readonly ExportedEvent[];
  readonly evidence: readonly ExportedEvidence[];
  /** When services were first without endpoints: they alone carry no time of their own that says so. Empty where none was. */
  readonly silences: readonly number[];
  /** When a pod was last seen in its crash loop, by its key. */
  readonly loops: ReadonlyMap<string, number>;
  /** The oldest first. */
  readonly changes: readonly ExportedChange[];
}

/** A Kubernetes Event. What detectors read from an object's state follows from the objects again. */
export interface ExportedEvent {
  readonly uid: string;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly object: ObjectRef;
  readonly source: string;
}

/** What else is known of an event's object. */
export interface ExportedSighting {
  readonly object: ObjectRef;
  readonly rootOwner: ObjectRef;
  readonly node: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface ExportedEvidence {
  readonly kind: string;
  readonly object: ObjectRef;
  readonly container: string;
  readonly at: number;
  readonly body: string;
}

export interface ExportedChange {
  readonly at: number;
  readonly object: ObjectRef;
  readonly diff: readonly {
    readonly field: string;
    readonly before: string | null;
    readonly after: string | null;
  }[];
}

export interface ReadExport {
  readonly incident: ExportedIncident;
  readonly sightings: readonly ExportedSighting[];
}

/** Of the file's text, HTML or JSON. Throws where it holds no export, or one of a form that is not known. */
export function readExport(file: string): ReadExport {
  const whole = fields(incidentJsonOf(file));
  const form = text(whole['form']);
  if (form !== FORM) {
    throw new Error(
      form.startsWith('tattle.incident/')
        ? `it was exported as ${form}, and this Tattle reads ${FORM}: a newer one is needed`
        : 'it holds no exported incident: tattle incident export makes one',
    );
  }
  const incident = fields(whole['incident']);
  const openedAt = time(incident['openedAt']);
  if (openedAt === undefined) throw new Error('its incident has no time at which it opened');
  const evidence = objects(whole['evidence']).filter(isThere).map(evidenceOf);
  const told = objects(whole['events']);
  return {
    incident: {
      cluster: { uid: text(incident['cluster'], 253), name: text(incident['clusterName'], 253) },
      openedAt,
      clearedAt: time(incident['clearedAt']) ?? null,
      root: refOf(incident['root']),
      subject: refOf(incident['subject']),
      members: [
        refOf(incident['root']),
        refOf(incident['subject']),
        ...objects(incident['objects']).map(refOf),
        ...objects(incident['together']).map(({ root }) => refOf(root)),
      ],
      events: [...told.filter(({ origin }) => origin === 'event').map(eventOf), ...relatedEvents(evidence)],
      evidence,
      silences: told
        .filter(({ origin, object }) => origin === 'state' && refOf(object).kind === 'Service')
        .flatMap(({ firstSeen }) => time(firstSeen) ?? []),
      loops: loopsOf(told),
      changes: changesOf([...objects(incident['changes']), ...related(evidence, 'changes')]),
    },
    sightings: told.map(sightingOf),
  };
}

function isThere({ body, error }: Fields): boolean {
  return (error === null || error === undefined) && typeof body === 'string' && body !== '';
}

function evidenceOf(piece: Fields): ExportedEvidence {
  return {
    kind: text(piece['kind'], 64),
    object: refOf(piece['object']),
    container: text(piece['container'], 253),
    at: time(piece['capturedAt']) ?? 0,
    body: text(piece['body'], 4_194_304),
  };
}

function eventOf(event: Fields): ExportedEvent {
  const lastSeen = time(event['lastSeen'] ?? event['last_seen']) ?? 0;
  return {
    uid: text(event['uid'], 512),
    type: text(event['type'], 64),
    reason: text(event['reason'], 512),
    message: text(event['message'], 65_536),
    count: Math.max(1, count(event['count'], 1)),
    firstSeen: Math.min(lastSeen, time(event['firstSeen'] ?? event['first_seen']) ?? lastSeen),
    lastSeen,
    object: refOf(event['object']),
    source: text(event['source'], 512),
  };
}

function sightingOf(event: Fields): ExportedSighting {
  return {
    object: refOf(event['object']),
    rootOwner: refOf(event['rootOwner']),
    node: text(event['node'], 253),
    labels: Object.fromEntries(
      Object.entries(fields(event['labels'])).map(([name, value]) => [text(name, 512), text(value, 4096)]),
    ),
  };
}

function loopsOf(told: readonly Fields[]): ReadonlyMap<string, number> {
  const loops = new Map<string, number>();
  for (const { condition, object, lastSeen } of told) {
    if (condition !== 'CrashLoopBackOff') continue;
    const key = keyOf(refOf(object));
    loops.set(key, Math.max(loops.get(key) ?? 0, time(lastSeen) ?? 0));
  }
  return loops;
}

/** Those that evidence saw around it. What Tattle itself had read from object state is not told twice. */
function relatedEvents(evidence: readonly ExportedEvidence[]): readonly ExportedEvent[] {
  return related(evidence, 'events')
    .map(eventOf)
    .filter(({ source, uid }) => source !== 'tattle' && uid !== '');
}

function related(evidence: readonly ExportedEvidence[], kind: string): readonly Fields[] {
  return evidence.filter((piece) => piece.kind === kind).flatMap((piece) => objects(valueOf(piece)));
}

/** Deeper than any object of Kubernetes. */
const DEEPEST = 100;

/** The parsed body; what had to be cut until it was no JSON is nothing, and so is what is nested beyond all measure. */
export function valueOf({ body }: ExportedEvidence): unknown {
  try {
    const value = JSON.parse(body) as unknown;
    return isDeeperThan(DEEPEST, value) ? null : value;
  } catch {
    return null;
  }
}

function changesOf(changes: readonly Fields[]): readonly ExportedChange[] {
  const read = changes.map((change) => ({
    at: time(change['at']) ?? 0,
    object: refOf(change['object']),
    diff: objects(change['diff']).map(({ field, before, after }) => ({
      field: text(field, 1024),
      before: typeof before === 'string' ? before : null,
      after: typeof after === 'string' ? after : null,
    })),
  }));
  const once = new Map(read.map((change) => [`${keyOf(change.object)} ${change.at}`, change]));
  return [...once.values()].sort((a, b) => a.at - b.at);
}

export function refOf(value: unknown): ObjectRef {
  const ref = fields(value);
  return {
    kind: text(ref['kind'], 253),
    namespace: text(ref['namespace'], 253),
    name: text(ref['name'], 512),
    uid: text(ref['uid'], 253),
  };
}

export function keyOf({ kind, namespace, name }: Pick<ObjectRef, 'kind' | 'namespace' | 'name'>): string {
  return `${kind}/${namespace}/${name}`;
}
