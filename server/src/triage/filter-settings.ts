/** Filter settings as people send them: checked field by field, every fault named with how to mend it. */
import { compileSelector } from '../kit/label-selector.ts';
import { DEFAULT_FILTER, type FilterSettings } from '../model/settings.ts';

export interface FilterProblem {
  /** For example `namespaces[2]`. */
  readonly field: string;
  readonly problem: string;
  readonly mend: string;
}

export type ParsedFilter =
  | { readonly ok: true; readonly settings: FilterSettings }
  | { readonly ok: false; readonly problems: readonly FilterProblem[] };

const MOST_ENTRIES = 1000;

/** A rule for the entries of one list. */
interface EntryRule {
  readonly pattern: RegExp;
  readonly mend: string;
}

const NAMESPACE: EntryRule = {
  pattern: /^[a-z0-9*](?:[a-z0-9.*-]{0,252}[a-z0-9*])?$/,
  mend: 'write a namespace in lower case letters, digits and dashes, with * as wildcard: team-*',
};
const TYPE: EntryRule = {
  pattern: /^(?:Normal|Warning)$/,
  mend: 'use Normal, Warning or both; an empty list keeps every type',
};
const NAME: EntryRule = {
  pattern: /^[\x21-\x7e][\x20-\x7e]{0,252}$/,
  mend: 'write a name of up to 253 characters, with * as wildcard: Failed*',
};

const LISTS = {
  excludedNamespaces: NAMESPACE,
  eventTypes: TYPE,
  includeReasons: NAME,
  excludeReasons: NAME,
  includeKinds: NAME,
  excludeKinds: NAME,
  includeComponents: NAME,
  excludeComponents: NAME,
} as const satisfies Partial<Record<keyof FilterSettings, EntryRule>>;

/** `input` may name some fields only; the others come from `base`. */
export function parseFilter(input: unknown, base: FilterSettings = DEFAULT_FILTER): ParsedFilter {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    const mend = 'send an object with the fields to change, for example {"namespaces": ["shop", "team-*"]}';
    return { ok: false, problems: [{ field: '', problem: 'it is no object', mend }] };
  }
  const given = input as Readonly<Record<string, unknown>>;
  const problems: FilterProblem[] = [];
  for (const field of Object.keys(given)) checkField(field, given[field], problems);
  return problems.length > 0 ? { ok: false, problems } : { ok: true, settings: { ...base, ...given } };
}

function checkField(field: string, value: unknown, problems: FilterProblem[]): void {
  if (field === 'namespaces') {
    if (value !== 'all') checkList(field, value, NAMESPACE, problems, 'a list of namespaces, or "all"');
  } else if (field in LISTS && Object.hasOwn(LISTS, field)) {
    checkList(field, value, LISTS[field as keyof typeof LISTS], problems, 'a list of texts');
  } else if (field === 'labelSelector' || field === 'annotationSelector') {
    checkSelector(field, value, problems);
  } else if (field === 'clusterScoped') {
    if (typeof value !== 'boolean')
      problems.push({ field, problem: `${shown(value)} is no switch`, mend: 'use true or false' });
  } else if (field === 'minimumCount') {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > 1_000_000) {
      problems.push({ field, problem: `${shown(value)} is no count`, mend: 'use a whole number from 1 to 1000000' });
    }
  } else {
    const known = [
      'namespaces',
      ...Object.keys(LISTS),
      'labelSelector',
      'annotationSelector',
      'clusterScoped',
      'minimumCount',
    ];
    problems.push({
      field: field.slice(0, 80),
      problem: 'there is no such filter',
      mend: `use one of ${known.join(', ')}`,
    });
  }
}

function checkList(field: string, value: unknown, rule: EntryRule, problems: FilterProblem[], wanted: string): void {
  if (!Array.isArray(value)) {
    problems.push({ field, problem: `${shown(value)} is not ${wanted}`, mend: `send ${wanted}` });
    return;
  }
  if (value.length > MOST_ENTRIES) {
    problems.push({
      field,
      problem: `it has ${value.length} entries`,
      mend: `use wildcards: at most ${MOST_ENTRIES} entries`,
    });
    return;
  }
  value.forEach((entry: unknown, i) => {
    if (typeof entry === 'string' && rule.pattern.test(entry)) return;
    problems.push({ field: `${field}[${i}]`, problem: `${shown(entry)} cannot be used`, mend: rule.mend });
  });
}

function checkSelector(field: string, value: unknown, problems: FilterProblem[]): void {
  const mend = 'write a Kubernetes selector: app=web, tier in (front, back), !legacy';
  if (typeof value !== 'string') {
    problems.push({ field, problem: `${shown(value)} is no text`, mend });
    return;
  }
  const compiled = compileSelector(value);
  if (!compiled.ok) problems.push({ field, problem: compiled.problem, mend });
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).slice(0, 80);
}
