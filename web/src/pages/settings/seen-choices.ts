/** The reasons, kinds and components that one can choose: those of stored events, and what was written by hand. Pure. */
import type { WireFacets, WireFilterSettings } from '@tattle/contract';
import type { ChecklistItem } from '../../design/checklist.ts';
import { isPattern, matchesFolded } from './name-pattern.ts';

type ListKey = Extract<keyof WireFilterSettings, `include${string}` | `exclude${string}`>;

/** One thing by which events are kept or left out. */
export interface Dimension {
  readonly id: 'reasons' | 'kinds' | 'components';
  readonly title: string;
  readonly one: string;
  /** Its name as a facet of events, which is also its parameter. */
  readonly field: 'reason' | 'kind' | 'source';
  readonly include: ListKey;
  readonly exclude: ListKey;
  readonly about: string;
}

export const dimensions: readonly Dimension[] = [
  {
    id: 'reasons',
    title: 'Reasons',
    one: 'reason',
    field: 'reason',
    include: 'includeReasons',
    exclude: 'excludeReasons',
    about:
      'By what the reporter wrote, and by what it means: OOMKilled and CrashLoopBackOff work, though no event says so.',
  },
  {
    id: 'kinds',
    title: 'Kinds of objects',
    one: 'kind',
    field: 'kind',
    include: 'includeKinds',
    exclude: 'excludeKinds',
    about: 'Of the object that an event is about, such as Pod or Node.',
  },
  {
    id: 'components',
    title: 'Components',
    one: 'component',
    field: 'source',
    include: 'includeComponents',
    exclude: 'excludeComponents',
    about: 'Who reports, such as kubelet or default-scheduler.',
  },
];

interface Listed {
  readonly facets: WireFacets['facets'];
  readonly field: Dimension['field'];
  readonly chosen: readonly string[];
  readonly before: readonly string[];
}

export function seenItems({ facets, field, chosen, before }: Listed): readonly ChecklistItem[] {
  const seen = facets.find((facet) => facet.field === field)?.values.filter(({ value }) => value !== '') ?? [];
  const known = new Set(seen.map(({ value }) => value));
  const written = [...new Set([...before, ...chosen])].filter((value) => !known.has(value));
  const count = (pattern: string) => seen.filter(({ value }) => matchesFolded(pattern, value)).length;
  return [
    ...written.map((value) => ({ value, note: noteOf(value, count(value)), counts: [null] })),
    ...seen.map(({ value, events }) => {
      // Upper and lower case count as the same here, so a plain entry may choose another spelling of itself.
      const by = chosen.includes(value) ? undefined : chosen.find((entry) => matchesFolded(entry, value));
      return {
        value,
        ...(by === undefined ? {} : { by }),
        counts: [{ value: events, to: ['/events', { [field]: value }] as const }],
      };
    }),
  ];
}

function noteOf(value: string, matches: number): string {
  if (isPattern(value)) return `pattern, matches ${matches} of those stored`;
  return matches === 0 ? 'in no stored event' : 'in another spelling';
}

/** `types` in one word, since an empty list and both types mean the same. */
export type TypesChoice = 'every' | 'Warning' | 'Normal';

export function typesChoice(types: readonly string[]): TypesChoice {
  const [warning, normal] = [types.includes('Warning'), types.includes('Normal')];
  if (warning === normal) return 'every';
  return warning ? 'Warning' : 'Normal';
}

export function typesOf(choice: TypesChoice): string[] {
  return choice === 'every' ? [] : [choice];
}
