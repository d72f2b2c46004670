/** How each object of an exported incident changes over the playing: when it appears, what was changed on it, how it fares, when it is gone. */
import { fields, type Fields, objects } from '../../../kit/fields.ts';
import { rfc3339 } from '../../../kit/format-time.ts';
import { earlierSets } from './earlier-sets.ts';
import type { HeldObject } from './held-objects.ts';
import type { Moment } from './moment.ts';
import { bareStatus, showsState, statusesOf } from './object-states.ts';
import { changesOf, specOf, specsOver } from './object-specs.ts';
import type { Playing } from './playing.ts';
import { createdAt, generationIn, rawOf } from './raw-object.ts';
import { isOfTemplate } from './undoing.ts';

/** They are there whatever goes on: only their state ends. */
const LASTING: ReadonlySet<string> = new Set(['Node', 'Namespace']);

/** Of all objects, in the order of time. */
export function storyOf(playing: Playing): readonly Moment[] {
  const { held } = playing;
  return held
    .all()
    .flatMap((one) => [...momentsOf(one, playing), ...earlierSets(one, playing)])
    .sort((a, b) => a.at - b.at);
}

function momentsOf(one: HeldObject, playing: Playing): readonly Moment[] {
  const { start, turn, incident } = playing;
  const { ref } = one;
  const changes = changesOf(ref, incident);
  const live = changes.filter(({ at }) => at >= start);
  const final = specOf(one, playing);
  const specs = specsOver(ref.kind, final, changes);
  const generation = Math.max(generationIn(one), changes.length + 1);
  const moment = (at: number, spec: Fields, status: Fields, behind: number): Moment => ({
    at,
    ref,
    object: rawOf(one, { spec, status, generation: generation - behind, createdAt: createdAt(one, playing) }),
    gone: false,
  });
  const moments: Moment[] = [];
  const appears = appearsAt(one, playing);
  const shows = showsState(one, playing) ? statusesOf(one, incident) : [];
  const bare = bareStatus(one);
  moments.push(
    moment(
      appears,
      specs[changes.length - live.length] ?? final,
      appears < turn ? bare : (shows[0]?.status ?? bare),
      live.length,
    ),
  );
  for (const [index, { at }] of live.entries()) {
    if (at < appears) continue;
    moments.push(moment(at, specs[changes.length - live.length + index + 1] ?? final, bare, live.length - index - 1));
  }
  for (const [index, { at, status }] of shows.entries()) {
    const from = index === 0 ? Math.max(appears, turn) : Math.max(at, turn + index);
    if (index > 0 || appears < turn) moments.push(moment(from, final, status, 0));
  }
  return [...moments, ...endOf(one, moments.at(-1), playing)];
}

/** A pod comes when things turn; what was rolled out while it played, with its rollout; all else is there from the beginning. */
function appearsAt({ ref }: HeldObject, { start, turn, incident, held }: Playing): number {
  if (ref.kind === 'Pod') return turn;
  const owner = held.find(ref)?.owner;
  if (ref.kind !== 'ReplicaSet' || owner?.kind !== 'Deployment') return start;
  const rollouts = changesOf(owner, incident).filter(({ at, diff }) => at >= start && isOfTemplate(diff));
  return Math.min(turn, rollouts.at(-1)?.at ?? start);
}

/** What befell its end: it is taken away, since what became of it is not told; nodes are ready again. */
function endOf({ ref, statuses }: HeldObject, last: Moment | undefined, { incident }: Playing): readonly Moment[] {
  const { clearedAt } = incident;
  if (clearedAt === null || last === undefined || ref.kind === 'Namespace') return [];
  const at = Math.max(clearedAt, last.at);
  if (!LASTING.has(ref.kind)) return [{ ...last, at, gone: true }];
  if (statuses.length === 0) return [];
  const status = fields(last.object['status']);
  const conditions = objects(status['conditions']).map((condition) => ({
    ...condition,
    status: condition['type'] === 'Ready' ? 'True' : 'False',
    lastTransitionTime: rfc3339(at),
  }));
  return [{ ...last, at, object: { ...last.object, status: { ...status, conditions } } }];
}
