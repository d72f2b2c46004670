/** Records what list and watch would have answered while a simulated cluster lives: a clock, objects, events, logs. */
import {
  API_VERSIONS,
  digest,
  ownedBy,
  uidOf,
  type Fields,
  type KubeObject,
  type Metadata,
  type NewObject,
} from './kube-object.ts';

const END = 330;
const BASE = Date.parse('2026-10-14T08:20:00.000Z');
/** A watch answers this long after the write. */
const LATENCY = 0.014;
/** Events older than this have been removed by the API server. */
const EVENT_TTL = 3600;

interface Action {
  readonly time: number;
  readonly order: number;
  readonly act: () => void;
}

export interface NewEvent {
  readonly type?: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly component: string;
  readonly host?: string;
  readonly fieldPath?: string;
  readonly related?: KubeObject;
}

/** The client lets a reporter say this much about one object at once, and then one thing every five minutes. */
const SPAM_BURST = 25;
const SPAM_REFILL_SECONDS = 300;
/** How often similar events are written one by one before the client combines them. */
const SPAM_GROUP = 10;

export class Recorder {
  now = -300_000;
  #order = 0;
  #version = 48_200;
  #queue: Action[] = [];
  readonly #objects = new Map<string, KubeObject>();
  readonly #lines = new Map<string, string[]>();
  readonly #events = new Map<string, KubeObject>();
  readonly #similar = new Map<string, Set<string>>();
  readonly #allowances = new Map<string, { left: number; at: number }>();
  readonly #logs = new Map<string, string>();

  /** Runs `act` at that time, in seconds since the recording began; earlier things are found by its first list. */
  at(time: number, act: () => void): void {
    if (time < this.now) throw new Error(`${time} is over: it is ${this.now}`);
    this.#queue.push({ time, order: this.#order++, act });
  }

  after(seconds: number, act: () => void): void {
    this.at(this.now + seconds, act);
  }

  run(): void {
    this.at(0, () => this.#list());
    for (;;) {
      this.#queue.sort((a, b) => a.time - b.time || a.order - b.order);
      const next = this.#queue.shift();
      if (next === undefined || next.time > END) return;
      this.now = next.time;
      next.act();
    }
  }

  iso(time = this.now): string {
    return `${new Date(BASE + Math.floor(time) * 1000).toISOString().slice(0, 19)}Z`;
  }

  #micro(): string {
    return `${new Date(BASE + Math.floor(this.now) * 1000).toISOString().slice(0, 19)}.${this.#fraction(6)}Z`;
  }

  #fraction(digits: number): string {
    return String(Math.floor((this.now - Math.floor(this.now)) * 10 ** digits)).padStart(digits, '0');
  }

  create(made: NewObject): KubeObject {
    const [apiVersion] = API_VERSIONS[made.kind] ?? ['v1'];
    const { name, namespace, generateName, generation, labels, annotations, owner, finalizers } = made;
    const key = `${made.kind}/${namespace ?? ''}/${name}`;
    const metadata: Metadata = {
      name,
      ...(generateName !== undefined && { generateName }),
      ...(namespace !== undefined && { namespace }),
      uid: uidOf(`${key}/${this.now}`),
      resourceVersion: '',
      ...(generation !== undefined && { generation }),
      creationTimestamp: this.iso(),
      ...(labels !== undefined && { labels }),
      ...(annotations !== undefined && { annotations }),
      ...(owner !== undefined && { ownerReferences: [ownedBy(owner)] }),
      ...(finalizers !== undefined && { finalizers }),
    };
    const object: KubeObject = {
      kind: made.kind,
      apiVersion,
      metadata,
      ...made.more,
      ...(made.spec !== undefined && { spec: made.spec }),
      ...(made.status !== undefined && { status: made.status }),
    };
    this.#objects.set(key, object);
    this.#write('ADDED', object);
    return object;
  }

  /** The object was changed in place. */
  update(object: KubeObject): void {
    this.#write('MODIFIED', object);
  }

  remove(object: KubeObject): void {
    this.#objects.delete(`${object.kind}/${object.metadata.namespace ?? ''}/${object.metadata.name}`);
    this.#write('DELETED', object);
  }

  /** As client-go's recorder writes it: the same again is a count, much of the same is combined. */
  event(about: KubeObject, said: NewEvent): void {
    if (this.now < -EVENT_TTL) return;
    if (this.#isSpam(`${said.component} ${said.host} ${about.metadata.uid}`)) return;
    const type = said.type ?? 'Normal';
    const group = [about.metadata.uid, type, said.reason, said.component].join(' ');
    const similar = this.#similar.get(group) ?? new Set<string>();
    this.#similar.set(group, similar.add(said.message));
    const combined = similar.size >= SPAM_GROUP;
    const key = combined ? group : `${group} ${said.message}`;
    const message = combined ? `(combined from similar events): ${said.message}` : said.message;
    const known = this.#events.get(key);
    if (known !== undefined) {
      known['message'] = message;
      known['count'] = (known['count'] as number) + 1;
      known['lastTimestamp'] = this.iso();
      return this.#write('MODIFIED', known);
    }
    const source =
      said.host === undefined ? { component: said.component } : { component: said.component, host: said.host };
    this.#events.set(
      key,
      this.#newEvent(about, {
        involvedObject: this.#reference(about, said.fieldPath),
        reason: said.reason,
        message,
        source,
        firstTimestamp: this.iso(),
        lastTimestamp: this.iso(),
        count: 1,
        type,
        eventTime: null,
        reportingComponent: said.component,
        reportingInstance: said.host ?? '',
      }),
    );
  }

  #isSpam(source: string): boolean {
    const allowance = this.#allowances.get(source) ?? { left: SPAM_BURST, at: this.now };
    const left = Math.min(SPAM_BURST, allowance.left + (this.now - allowance.at) / SPAM_REFILL_SECONDS);
    this.#allowances.set(source, { left: left < 1 ? left : left - 1, at: this.now });
    return left < 1;
  }

  /** The scheduler writes through events.k8s.io: no counts, no first and last times. */
  schedulerEvent(about: KubeObject, action: string, said: Omit<NewEvent, 'component' | 'host'>): void {
    if (this.now < -EVENT_TTL) return;
    this.#newEvent(about, {
      involvedObject: this.#reference(about),
      reason: said.reason,
      message: said.message,
      source: {},
      firstTimestamp: null,
      lastTimestamp: null,
      type: said.type ?? 'Normal',
      eventTime: this.#micro(),
      action,
      ...(said.related !== undefined && { related: this.#reference(said.related) }),
      reportingComponent: 'default-scheduler',
      reportingInstance: 'default-scheduler-control-1',
    });
  }

  #newEvent(about: KubeObject, more: Fields): KubeObject {
    const { name, namespace = 'default' } = about.metadata;
    return this.create({
      kind: 'Event',
      name: `${name}.18${digest(`${name} ${this.#order++}`).slice(0, 14)}`,
      namespace,
      more,
    });
  }

  #reference({ kind, apiVersion, metadata }: KubeObject, fieldPath?: string): Fields {
    return {
      kind,
      ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
      name: metadata.name,
      uid: kind === 'Node' ? metadata.name : metadata.uid,
      apiVersion,
      resourceVersion: metadata.resourceVersion,
      ...(fieldPath !== undefined && { fieldPath }),
    };
  }

  /** What the container's last run, or the one before it, wrote; served as long as the pod exists. */
  log(pod: KubeObject, container: string, text: string, previous = false): void {
    const name = `${container}${previous ? '.previous' : ''}.log`;
    this.#logs.set(`logs/${pod.metadata.namespace}/${pod.metadata.name}/${name}`, text);
  }

  /** Lines as the kubelet keeps them. */
  stamped(lines: readonly string[], time: number): string {
    return lines
      .map((line, index) => {
        const at = new Date(BASE + Math.floor(time * 1000) + 3 * index).toISOString();
        return `${at.slice(0, -1)}${digest(line).replace(/\D/g, '').padEnd(6, '7').slice(0, 6)}Z ${line}\n`;
      })
      .join('');
  }

  files(): Map<string, string> {
    const files = new Map<string, string>();
    for (const [kind, [, plural]] of Object.entries(API_VERSIONS))
      files.set(`${plural}.ndjson`, (this.#lines.get(kind) ?? []).join(''));
    for (const [path, text] of [...this.#logs].sort(([a], [b]) => (a < b ? -1 : 1))) files.set(path, text);
    return files;
  }

  #list(): void {
    for (const [kind, [apiVersion, plural]] of Object.entries(API_VERSIONS)) {
      const items = [...this.#objects.values()].filter((object) => object.kind === kind);
      const bare = items.map(({ kind: _kind, apiVersion: _version, ...item }) => item);
      this.#line(kind, {
        t: 0,
        resource: plural,
        type: 'LIST',
        resourceVersion: String(this.#version),
        apiVersion,
        kind: `${kind}List`,
        items: bare,
      });
    }
  }

  #write(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubeObject): void {
    this.#version += 1;
    object.metadata.resourceVersion = String(this.#version);
    if (this.now <= 0) return;
    const [, resource] = API_VERSIONS[object.kind] ?? ['', ''];
    this.#line(object.kind, { t: Math.round((this.now + LATENCY) * 1000) / 1000, resource, type, object });
  }

  #line(kind: string, line: Fields): void {
    const lines = this.#lines.get(kind) ?? [];
    this.#lines.set(kind, lines);
    lines.push(`${JSON.stringify(line)}\n`);
  }
}
