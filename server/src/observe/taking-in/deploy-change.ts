/** What a deploy changed, as its pipeline tells: the change that an incident after it may have come from. */
import { type Fields, text } from '../../kit/fields.ts';
import type { FieldChange, ObjectChange } from '../../model/change.ts';
import type { ReportObservation } from '../../model/observation.ts';
import { reportUid } from './identity.ts';

const DEPLOY = /deploy|rollout|release|upgrade|rollback/i;
const FIELDS: readonly (readonly [field: string, after: string, before: string])[] = [
  ['image', 'image', 'previousImage'],
  ['version', 'version', 'previousVersion'],
];

/** Null where it is no deploy, or does not say what of which workload. Not redacted. `id`: what its sender tells it apart by. */
export function deployChange(
  type: string,
  data: Fields,
  { cluster, object, lastSeen }: ReportObservation,
  id: readonly string[],
): ObjectChange | null {
  if (!DEPLOY.test(type) || object.kind === 'Source') return null;
  const diff = FIELDS.flatMap(([field, after, before]): readonly FieldChange[] => {
    const is = text(data[after]);
    return is === '' ? [] : [{ field, before: text(data[before]) || null, after: is }];
  });
  if (diff.length === 0) return null;
  // The summary is made where it is redacted.
  return { id: reportUid(object.namespace, ...id), cluster, object, at: lastSeen, summary: '', diff, revision: null };
}
