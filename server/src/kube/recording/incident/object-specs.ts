/** What the objects of an exported incident are made of, before and after what was changed on them. */
import { type Fields, text } from '../../../kit/fields.ts';
import type { ObjectRef } from '../../../model/object-ref.ts';
import { type ExportedChange, type ExportedIncident, keyOf } from './exported-incident.ts';
import type { HeldObject, HeldObjects } from './held-objects.ts';
import { type Playing, WORKLOADS } from './playing.ts';
import { templateOf, withValues } from './undoing.ts';

export function specOf(one: HeldObject, { held }: Playing): Fields {
  const { ref, spec, node } = one;
  if (ref.kind === 'Pod') {
    const known = Object.keys(spec).length > 0 ? spec : siblingSpec(one, held);
    return { containers: [], ...known, ...(text(known['nodeName']) === '' && node !== '' && { nodeName: node }) };
  }
  if (!WORKLOADS.has(ref.kind) || spec['template'] !== undefined) return spec;
  const pod = held
    .all()
    .find((other) => other.ref.kind === 'Pod' && Object.keys(other.spec).length > 0 && isUnder(other, ref, held));
  return pod === undefined ? spec : { ...spec, template: templateOf(pod.spec, pod.labels) };
}

function siblingSpec(one: HeldObject, held: HeldObjects): Fields {
  const { owner } = one;
  const sibling = held
    .all()
    .find(
      ({ ref, spec, owner: other }) =>
        ref.kind === 'Pod' &&
        owner !== null &&
        other !== null &&
        keyOf(other) === keyOf(owner) &&
        Object.keys(spec).length > 0,
    );
  const { nodeName: _node, ...spec } = sibling?.spec ?? {};
  return spec;
}

function isUnder({ owner }: HeldObject, ref: ObjectRef, held: HeldObjects): boolean {
  for (let at = owner, steps = 0; at !== null && steps < 8; steps += 1) {
    if (keyOf(at) === keyOf(ref)) return true;
    at = held.find(at)?.owner ?? null;
  }
  return false;
}

export function changesOf(ref: ObjectRef, { changes, openedAt }: ExportedIncident): readonly ExportedChange[] {
  return changes.filter(({ object, at }) => keyOf(object) === keyOf(ref) && at <= openedAt);
}

/** The spec before the first change, after it, after the second …: the last is as captured. */
export function specsOver(kind: string, final: Fields, changes: readonly ExportedChange[]): readonly Fields[] {
  const specs = [changes.reduce((spec, { diff }) => withValues(kind, spec, diff, 'after'), final)];
  for (const { diff } of changes.toReversed()) specs.unshift(withValues(kind, specs[0] ?? {}, diff, 'before'));
  return specs;
}
