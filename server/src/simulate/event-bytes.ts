/** Events as bytes at tens of thousands a second: templates are serialised once, and only fields of fixed width are written anew. */
import type { LoadPod } from './load-objects.ts';

/** What varies from one Event to the next. */
export interface EventFields {
  /** Which of the events of this load; decides uid, name and object. */
  readonly id: number;
  readonly version: number;
  /** 1 for the first time, which is ADDED; more for MODIFIED. */
  readonly count: number;
  /** When it happened first, and last: milliseconds with their fraction. */
  readonly firstTime: number;
  readonly time: number;
}

interface Template {
  readonly bytes: Buffer;
  readonly uid: number;
  readonly name: number;
  readonly version: number;
  readonly created: number;
  readonly eventTime: number;
  /** -1 for those seen once. */
  readonly count: number;
  readonly lastTime: number;
}

interface Kind {
  readonly reason: string;
  readonly type: string;
  readonly note: string;
  readonly component: string;
  readonly weight: number;
}

/** Roughly what a busy cluster says, by share. */
const kinds: readonly Kind[] = [
  {
    reason: 'Pulled',
    type: 'Normal',
    note: 'Container image "IMAGE" already present on machine',
    component: 'kubelet',
    weight: 5,
  },
  { reason: 'Created', type: 'Normal', note: 'Created container: CONTAINER', component: 'kubelet', weight: 5 },
  { reason: 'Started', type: 'Normal', note: 'Started container CONTAINER', component: 'kubelet', weight: 5 },
  {
    reason: 'Scheduled',
    type: 'Normal',
    note: 'Successfully assigned POD to NODE',
    component: 'default-scheduler',
    weight: 4,
  },
  { reason: 'Killing', type: 'Normal', note: 'Stopping container CONTAINER', component: 'kubelet', weight: 2 },
  {
    reason: 'BackOff',
    type: 'Warning',
    note: 'Back-off restarting failed container CONTAINER in pod POD',
    component: 'kubelet',
    weight: 4,
  },
  {
    reason: 'Unhealthy',
    type: 'Warning',
    note: 'Readiness probe failed: HTTP probe failed with statuscode: 503',
    component: 'kubelet',
    weight: 4,
  },
  {
    reason: 'FailedScheduling',
    type: 'Warning',
    note: '0/20 nodes are available: 20 Insufficient cpu.',
    component: 'default-scheduler',
    weight: 1,
  },
  {
    reason: 'FailedMount',
    type: 'Warning',
    note: 'MountVolume.SetUp failed for volume "settings": configmap "CONTAINER" not found',
    component: 'kubelet',
    weight: 1,
  },
  {
    reason: 'Failed',
    type: 'Warning',
    note: 'Failed to pull image "IMAGE": not found',
    component: 'kubelet',
    weight: 1,
  },
];

const UID = '00000000-0000-4000-a000-000000000000';
const VERSION_DIGITS = 15;
const VERSION = '0'.repeat(VERSION_DIGITS);
const SECONDS = '0000-00-00T00:00:00Z';
const MICROSECONDS = '0000-00-00T00:00:00.000000Z';
/** JSON allows blanks before a number, not zeros. */
const COUNT = '      ';
const NAME = '0'.repeat(16);
/** Odd and not a divisor of what pods there are: neighbours speak of different pods. */
const STRIDE = 7919;
/** Marks a field in the text that becomes a template; none occurs in the rest. */
const marks = {
  uid: '@uid@',
  name: '@name@',
  version: '@version@',
  created: '@created@',
  eventTime: '@event@',
  count: '"@count@"',
  lastTime: '@last@',
};

export class EventBytes {
  /** Enough room for any one Event. */
  readonly longest: number;
  readonly #first: readonly Template[];
  readonly #repeated: readonly Template[];
  readonly #uidPrefix: string;
  #cachedSecond = -1;
  #cachedText = '';

  /** `run` makes the uids of different runs different: eight hexadecimal digits. */
  constructor(pods: readonly LoadPod[], run: string) {
    const weighted = kinds.flatMap((kind) => Array.from({ length: kind.weight }, () => kind));
    const kindOf = (index: number) => weighted[index % weighted.length] ?? kinds[0];
    const build = (repeated: boolean) =>
      pods.flatMap((pod, index) => {
        const kind = kindOf(index * 13);
        return kind === undefined ? [] : [templateOf(pod, kind, repeated)];
      });
    this.#first = build(false);
    this.#repeated = build(true);
    this.longest = this.#repeated.reduce((most, { bytes }) => Math.max(most, bytes.length), 0);
    this.#uidPrefix = run;
  }

  /** Writes one line of a watch; the offset after it. */
  write(target: Buffer, offset: number, fields: EventFields): number {
    const templates = fields.count > 1 ? this.#repeated : this.#first;
    const template = templates[(fields.id * STRIDE) % templates.length];
    if (template === undefined) return offset;
    template.bytes.copy(target, offset);
    target.write(this.#uidPrefix, offset + template.uid, 'latin1');
    writeNumber(target, offset + template.uid + UID.length, fields.id, 16, 12);
    writeNumber(target, offset + template.name + NAME.length, fields.id, 16, NAME.length);
    writeNumber(target, offset + template.version + VERSION_DIGITS, fields.version, 10, VERSION_DIGITS);
    this.#writeTime(target, offset + template.eventTime, fields.firstTime);
    target.copy(target, offset + template.created, offset + template.eventTime, offset + template.eventTime + 19);
    if (template.count >= 0) {
      writeNumber(target, offset + template.count + COUNT.length, fields.count, 10, 1);
      this.#writeTime(target, offset + template.lastTime, fields.time);
    }
    return offset + template.bytes.length;
  }

  #writeTime(target: Buffer, at: number, time: number): void {
    const second = Math.floor(time / 1000);
    if (second !== this.#cachedSecond) {
      this.#cachedSecond = second;
      this.#cachedText = new Date(second * 1000).toISOString().slice(0, 20);
    }
    target.write(this.#cachedText, at, 'latin1');
    writeNumber(target, at + 26, Math.floor((time - second * 1000) * 1000), 10, 6);
  }
}

const DIGITS = Buffer.from('0123456789abcdef', 'latin1');

/** Right-aligned before `end`, padded with zeros to the width; longer numbers take the room they need. */
function writeNumber(target: Buffer, end: number, value: number, base: number, width: number): void {
  let rest = value;
  for (let at = end - 1, written = 0; written < width || rest > 0; at--, written++) {
    target[at] = DIGITS[rest % base] ?? 48;
    rest = Math.floor(rest / base);
  }
}

function templateOf(pod: LoadPod, kind: Kind, repeated: boolean): Template {
  const note = kind.note
    .replaceAll('POD', `${pod.namespace}/${pod.name}`)
    .replaceAll('CONTAINER', pod.container)
    .replaceAll('IMAGE', `registry.example/${pod.container}:v1`)
    .replaceAll('NODE', pod.node);
  const object = {
    kind: 'Event',
    apiVersion: 'events.k8s.io/v1',
    metadata: {
      name: `${pod.name}.${marks.name}`,
      namespace: pod.namespace,
      uid: marks.uid,
      resourceVersion: marks.version,
      creationTimestamp: marks.created,
      managedFields: [managedBy(kind.component)],
    },
    eventTime: marks.eventTime,
    ...(repeated ? { series: { count: '@count@', lastObservedTime: marks.lastTime } } : {}),
    reportingController: kind.component,
    reportingInstance: kind.component === 'kubelet' ? pod.node : `${kind.component}-0`,
    action: 'Binding',
    reason: kind.reason,
    regarding: {
      kind: 'Pod',
      namespace: pod.namespace,
      name: pod.name,
      uid: pod.uid,
      apiVersion: 'v1',
      resourceVersion: '4711',
      fieldPath: `spec.containers{${pod.container}}`,
    },
    note,
    type: kind.type,
    deprecatedSource: {},
    deprecatedFirstTimestamp: null,
    deprecatedLastTimestamp: null,
  };
  return locate(`${JSON.stringify({ type: repeated ? 'MODIFIED' : 'ADDED', object })}\n`);
}

/** Most of an Event's bytes on the wire are these. */
function managedBy(manager: string): object {
  const fields = [
    'action',
    'eventTime',
    'note',
    'reason',
    'reportingController',
    'reportingInstance',
    'type',
    'series',
  ];
  const owned = Object.fromEntries(fields.map((field): [string, object] => [`f:${field}`, {}]));
  return {
    manager,
    operation: 'Update',
    apiVersion: 'events.k8s.io/v1',
    time: '2026-01-01T00:00:00Z',
    fieldsType: 'FieldsV1',
    fieldsV1: { ...owned, 'f:regarding': { '.': {}, 'f:uid': {} } },
  };
}

/** Puts blanks of the right width where the marks are, and remembers where. */
function locate(text: string): Template {
  const widths = {
    uid: UID,
    name: NAME,
    version: VERSION,
    created: SECONDS,
    eventTime: MICROSECONDS,
    count: COUNT,
    lastTime: MICROSECONDS,
  };
  let filled = text;
  const at = (mark: string) => filled.indexOf(mark);
  // Filling from left to right leaves the places already found where they are.
  const places: Record<string, number> = {};
  const order = Object.entries(marks).toSorted(([, a], [, b]) => text.indexOf(a) - text.indexOf(b));
  for (const [field, mark] of order) {
    places[field] = at(mark);
    filled = filled.replace(mark, widths[field as keyof typeof widths]);
  }
  const place = (field: keyof typeof widths) => places[field] ?? -1;
  return {
    bytes: Buffer.from(filled, 'latin1'),
    uid: place('uid'),
    name: place('name'),
    version: place('version'),
    created: place('created'),
    eventTime: place('eventTime'),
    count: place('count'),
    lastTime: place('lastTime'),
  };
}
