/** What a draft changes, in words. */
import type { WireFilterSettings } from '@tattle/contract';
import { counted } from '../../design/numbers.ts';
import { type Patch, type RetentionDays, sameValue, type Settings } from './draft.ts';

export interface Difference {
  /** As the API names it: `filter.namespaces`. */
  readonly path: string;
  readonly title: string;
  /** Of a list: what comes in and what goes. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Of anything else: `30 days`; null for lists. */
  readonly change: { readonly before: string; readonly after: string } | null;
}

const FILTER_TITLES: Readonly<Record<keyof WireFilterSettings, string>> = {
  namespaces: 'Monitored namespaces',
  excludedNamespaces: 'Excluded namespaces',
  clusterScoped: 'Objects without a namespace',
  eventTypes: 'Types',
  includeReasons: 'Only these reasons',
  excludeReasons: 'Reasons left out',
  includeKinds: 'Only these kinds',
  excludeKinds: 'Kinds left out',
  includeComponents: 'Only these components',
  excludeComponents: 'Components left out',
  labelSelector: 'Label selector',
  annotationSelector: 'Annotation selector',
  minimumCount: 'Minimum count',
};

const RETENTION_TITLES: Readonly<Record<keyof RetentionDays, string>> = {
  short: 'Keep short-lived events',
  normal: 'Keep events',
  long: 'Keep long-lived events',
};

export function differences(before: Settings, after: Settings): readonly Difference[] {
  const ofFilter = (Object.keys(FILTER_TITLES) as (keyof WireFilterSettings)[])
    .filter((key) => !sameValue(before.filter[key], after.filter[key]))
    .map((key) => ofFilterValue(key, before.filter, after.filter));
  const ofRetention = (Object.keys(RETENTION_TITLES) as (keyof RetentionDays)[])
    .filter((key) => before.retention[key] !== after.retention[key])
    .map((key) => {
      const [from, to] = [days(before.retention[key]), days(after.retention[key])];
      return scalar(`retention.days.${key}`, RETENTION_TITLES[key], from, to);
    });
  return [...ofFilter, ...ofRetention];
}

/** No type named means every type, so that one that is added takes others away. */
function ofFilterValue(
  key: keyof WireFilterSettings,
  before: WireFilterSettings,
  after: WireFilterSettings,
): Difference {
  const path = `filter.${key}`;
  if (key !== 'eventTypes') return ofValue(path, FILTER_TITLES[key], before[key], after[key]);
  return scalar(path, FILTER_TITLES[key], typesInWords(before[key]), typesInWords(after[key]));
}

function typesInWords(types: readonly string[]): string {
  return types.length === 0 ? 'every type' : `${types.join(' and ')} only`;
}

/** A list by what comes and goes; one that becomes another kind of choice, such as `all`, as a whole. */
function ofValue(path: string, title: string, before: unknown, after: unknown): Difference {
  if (!isList(before) || !isList(after)) return scalar(path, title, inWords(before), inWords(after));
  return {
    path,
    title,
    added: after.filter((entry) => !before.includes(entry)),
    removed: before.filter((entry) => !after.includes(entry)),
    change: null,
  };
}

function scalar(path: string, title: string, before: string, after: string): Difference {
  return { path, title, added: [], removed: [], change: { before, after } };
}

function isList(value: unknown): value is readonly string[] {
  return Array.isArray(value);
}

function inWords(value: unknown): string {
  if (isList(value)) return value.length === 0 ? 'none' : counted(value.length, 'chosen one', 'chosen ones');
  if (typeof value === 'boolean') return value ? 'kept' : 'left out';
  return value === '' ? 'none' : String(value);
}

function days(count: number): string {
  return counted(count, 'day');
}

/** Whether saving lets events be deleted that would have stayed: worth a word before. */
export function shortens(before: RetentionDays, patch: Patch['retention']): boolean {
  return (Object.keys(patch) as (keyof RetentionDays)[]).some((key) => (patch[key] ?? Infinity) < before[key]);
}
