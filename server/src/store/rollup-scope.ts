/** Which rollups answer a question: those that it allows, or all but those that it does not, whichever are fewer. */
import type { EventFilter, FacetField } from '../model/query.ts';
import type { Queryable } from './connections.ts';
import { VIEWS } from './dims.ts';
import { allowedDims, restrictedFields, viewFor } from './filter.ts';
import type { RollupScope } from './rollup-reads.ts';

/** Fewer dimensions than this are read as they are. */
const MANY_DIMS = 200;

/**
 * For counts by `fields`, the filter's own of `except` ignored. To be asked and read in one snapshot: dimensions that are made
 * between would count for what they are not.
 */
export async function rollupScope(
  queryable: Queryable,
  filter: EventFilter,
  fields: readonly FacetField[],
  except?: FacetField,
): Promise<RollupScope> {
  const view = viewFor([...fields, ...restrictedFields(filter, except)]);
  const dims = await allowedDims(queryable, filter, view, except);
  if (dims === null || dims.length < MANY_DIMS || view !== VIEWS.full || fields.includes('namespace')) {
    return { view, dims };
  }
  // Only what is left out makes this a question about namespaces: the view without them has a fraction of the rows.
  const { scope: _scope, ...anywhere } = filter;
  const { namespace: _namespace, ...others } = anywhere.fields;
  const wider = { ...anywhere, fields: others };
  const allowed = new Set(dims);
  const all = (await allowedDims(queryable, wider, view, except)) ?? (await dimsOfView(queryable));
  const less = all.filter((id) => !allowed.has(id));
  if (less.length >= dims.length) return { view, dims };
  return { view: VIEWS.wide, dims: await allowedDims(queryable, wider, VIEWS.wide, except), less };
}

async function dimsOfView(queryable: Queryable): Promise<readonly number[]> {
  const rows = await queryable.query<{ id: number }>('SELECT id FROM event_dims WHERE view = $1', [VIEWS.full]);
  return rows.map(({ id }) => id);
}
