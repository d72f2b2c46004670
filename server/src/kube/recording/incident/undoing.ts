/** Puts a changed field of a workload back to one of its values: what a person reads as `env TOKEN_TTL` is set in the spec again. */
import { type Fields, fields, isFields, objects, text } from '../../../kit/fields.ts';

type Diff = readonly { readonly field: string; readonly before: string | null; readonly after: string | null }[];

/** The spec with every field of the change as it was before, or as it is after. */
export function withValues(kind: string, spec: Fields, diff: Diff, side: 'before' | 'after'): Fields {
  return diff.reduce((changed, { field, before, after }) => {
    // What is masked on both sides was changed all the same.
    const was = before !== null && before === after ? `${before} (before)` : before;
    return withField(kind, changed, field, side === 'before' ? was : after);
  }, spec);
}

/** Fields that make new pods: a rollout of its own. */
export function isOfTemplate(diff: Diff): boolean {
  return diff.some(({ field }) => !OF_WORKLOAD.has(field));
}

const OF_WORKLOAD = new Map([
  ['replicas', 'replicas'],
  ['min replicas', 'minReplicas'],
  ['max replicas', 'maxReplicas'],
  ['schedule', 'schedule'],
  ['minimum ready seconds', 'minReadySeconds'],
  ['progress deadline', 'progressDeadlineSeconds'],
]);

const SWITCHES = new Map([
  ['paused', 'paused'],
  ['suspended', 'suspend'],
  ['unschedulable', 'unschedulable'],
]);

function withField(kind: string, spec: Fields, field: string, value: string | null): Fields {
  const plain = OF_WORKLOAD.get(field);
  if (plain !== undefined) return set(spec, plain, value === null ? null : numeric(value));
  const property = SWITCHES.get(field);
  if (property !== undefined) return set(spec, property, value === 'true' ? true : null);
  if (kind === 'CronJob') {
    const job = fields(spec['jobTemplate']);
    const inner = fields(job['spec']);
    const template = withTemplateField(fields(inner['template']), field, value);
    return { ...spec, jobTemplate: { ...job, spec: { ...inner, template } } };
  }
  return { ...spec, template: withTemplateField(fields(spec['template']), field, value) };
}

function withTemplateField(template: Fields, field: string, value: string | null): Fields {
  const [, place, name] = /^(annotation|label) (.+)$/s.exec(field) ?? [];
  if (place !== undefined && name !== undefined) return withMetadata(template, `${place}s`, name, value);
  const [, bare = field, named] = /^(.*?)(?: of ([^ ]+))?$/s.exec(field) ?? [];
  const spec = fields(template['spec']);
  const containers = objects(spec['containers']);
  const wanted = named ?? (text(containers[0]?.['name'], 253) || 'main');
  const known = containers.some((container) => container['name'] === wanted)
    ? containers
    : [...containers, { name: wanted }];
  const changed = known.map((container) =>
    container['name'] === wanted ? withContainerField(container, bare, value) : container,
  );
  if (changed.some((container) => container === null)) return withMetadata(template, 'annotations', field, value);
  return { ...template, spec: { ...spec, containers: changed } };
}

/** Fields that cannot be set from the words that tell of them stand beside the others, so that the change is still one. */
function withMetadata(template: Fields, place: string, name: string, value: string | null): Fields {
  const metadata = fields(template['metadata']);
  return { ...template, metadata: { ...metadata, [place]: set(fields(metadata[place]), name, value) } };
}

/** Null where its words do not say how to set it. */
function withContainerField(container: Fields, field: string, value: string | null): Fields | null {
  if (field === 'image') return set(container, 'image', value);
  if (field === 'command') return set(container, 'command', words(value));
  if (field === 'arguments') return set(container, 'args', words(value));
  const [, variable] = /^env (.+)$/s.exec(field) ?? [];
  if (variable !== undefined) return withVariable(container, variable, value);
  const [, resource, bound] = /^(.+) (limit|request)$/.exec(field) ?? [];
  if (resource === undefined || bound === undefined) return null;
  const resources = fields(container['resources']);
  const property = `${bound}s`;
  return {
    ...container,
    resources: { ...resources, [property]: set(fields(resources[property]), resource, value) },
  };
}

function withVariable(container: Fields, name: string, value: string | null): Fields {
  const others = objects(container['env']).filter((variable) => variable['name'] !== name);
  if (value === null) return { ...container, env: others };
  const [, from, source, key] = /^from (secret|config map) (\S+) key (\S+)$/.exec(value) ?? [];
  const kind = from === 'secret' ? 'secretKeyRef' : 'configMapKeyRef';
  const set =
    from === undefined
      ? { name, value: value === '""' ? '' : value }
      : { name, valueFrom: { [kind]: { name: source, key } } };
  return { ...container, env: [...others, set] };
}

/** A list as it was written, or the one word that stands for one. */
function words(value: string | null): readonly unknown[] | null {
  if (value === null || !value.startsWith('[')) return value === null ? null : [value];
  try {
    const parsed = JSON.parse(value) as unknown;
    return Array.isArray(parsed) ? (parsed as unknown[]) : [value];
  } catch {
    return [value];
  }
}

function set(target: Fields, name: string, value: unknown): Fields {
  const rest = Object.fromEntries(Object.entries(target).filter(([key]) => key !== name));
  return value === null ? rest : { ...rest, [name]: value };
}

function numeric(value: string): unknown {
  const number = Number(value);
  return Number.isFinite(number) && value.trim() !== '' ? number : value;
}

/** A pod's spec as the template that made it: without what the pod was given after it. */
export function templateOf(podSpec: Fields, labels: Readonly<Record<string, string>>): Fields {
  const { nodeName: _node, ...spec } = podSpec;
  const { 'pod-template-hash': _hash, ...own } = labels;
  return isFields(podSpec) ? { metadata: { labels: own }, spec } : {};
}
