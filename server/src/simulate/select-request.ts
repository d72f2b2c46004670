/** The selection that a list or watch request makes: namespace, labels, fields. */
import type { ApiRequest } from './api-request.ts';
import { failure, type ApiFailure } from './api-status.ts';
import type { Collection } from './cluster-store.ts';
import type { StoredObject } from './stored-object.ts';
import { selectableFields } from './field-labels.ts';
import { parseFieldSelector, parseLabelSelector } from './selectors.ts';

export interface Selection {
  /** True where neither labels nor fields narrow it down. */
  readonly whole: boolean;
  readonly matches: (object: StoredObject) => boolean;
}

export function readSelection(collection: Collection, request: ApiRequest): Selection | ApiFailure {
  const fieldText = request.query.get('fieldSelector') ?? '';
  const labelText = request.query.get('labelSelector') ?? '';
  const fields = parseFieldSelector(fieldText, Object.keys(selectableFields(collection.resource)));
  if ('wrong' in fields) return failure(400, fields.wrong);
  const labels = parseLabelSelector(labelText);
  if ('wrong' in labels) return failure(400, labels.wrong);
  const { namespace } = request;
  return {
    whole: fieldText === '' && labelText === '',
    matches: (object) => (namespace === '' || object.namespace === namespace) && fields(object) && labels(object),
  };
}

/** Numbers above zero; anything else is absent or, with `wrong`, refused. */
export function readCount(query: URLSearchParams, name: string): number | undefined | { readonly wrong: string } {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  if (!/^\d{1,15}$/.test(text)) return { wrong: `Invalid value: "${text}": ${name} must be a number` };
  return Number(text);
}

/** A resourceVersion as a number; 0 for "" and "0". */
export function readVersion(query: URLSearchParams): number | ApiFailure {
  const text = query.get('resourceVersion') ?? '';
  if (text === '') return 0;
  if (!/^\d{1,15}$/.test(text))
    return failure(400, `Invalid value: "${text}": strconv.ParseUint: parsing "${text}": invalid syntax`);
  return Number(text);
}
