/** What stands out of a selection of events, against the stretch before it or the rest of its range. */
import type { WireEventDifferences } from '@tattle/contract';
import { type Difference, whatDiffers } from '../kit/what-differs.ts';
import type { History } from '../model/ports/history.ts';
import type { EventFilter, Profile } from '../model/query.ts';

export interface DifferencesQuestion {
  readonly history: Pick<History, 'profile'>;
  /** With a beginning. */
  readonly filter: EventFilter & { readonly from: number };
  /** Half-open, milliseconds: where the range ends. */
  readonly to: number;
  readonly baseline: 'before' | 'rest';
  readonly limit: number;
}

export async function eventDifferences(question: DifferencesQuestion): Promise<WireEventDifferences> {
  const { history, filter, to, baseline, limit } = question;
  const selection = await history.profile({ ...filter, to });
  const compared = baseline === 'before' ? await before(question) : await rest(question, selection);
  const differences = whatDiffers(selection, compared);
  const isNews = baseline === 'before' ? () => true : (each: Difference) => !isNamed(filter, each);
  return {
    selection: { occurrences: selection.occurrences },
    baseline: { occurrences: compared.occurrences },
    items: (differences ?? []).filter(isNews).slice(0, limit),
    tooLittle: differences === null,
    partial: selection.partial || compared.partial,
  };
}

function before({ history, filter, to }: DifferencesQuestion): Promise<Profile> {
  return history.profile({ ...filter, from: Math.max(0, filter.from - (to - filter.from)), to: filter.from });
}

/** Of a selection that could not be read whole, in the stretch that was read of it: what else happened at that time. */
function rest({ history, filter, to }: DifferencesQuestion, selection: Profile): Promise<Profile> {
  const { from, scope, to: _to, ...conditions } = filter;
  const since = selection.partial ? (selection.oldest ?? from) : from;
  return history.profile({ from: since, to, fields: {}, ...(scope === undefined ? {} : { scope }) }, conditions);
}

/** That all of the selection has what it was chosen by is no news. */
function isNamed({ fields, labels = {} }: EventFilter, { field, value }: Difference): boolean {
  if (field === 'label') return Object.entries(labels).some(([key, wanted]) => value === `${key}=${wanted}`);
  if (field === 'owner') return false;
  return (fields[field] ?? []).length > 0;
}
