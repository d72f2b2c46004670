/** What is written into a field, and what is sent of it. Pure. */
import type { Setting } from './setting-schema.ts';

export interface Row {
  readonly key: string;
  readonly value: string;
}

/** Rows for pairs, parts and secret texts; else what stands in the field, a list with a line for each. */
export type Written = string | readonly Row[];

/** As the API takes and gives them. */
export type Wire = string | number | boolean | string[] | Record<string, string>;

const ROWS = new Set<Setting['kind']>(['texts', 'pairs', 'parts']);

export function blank({ kind, parts }: Pick<Setting, 'kind' | 'parts'>): Written {
  if (!ROWS.has(kind)) return '';
  return kind === 'parts' ? parts.map((key) => ({ key, value: '' })) : [];
}

export function writtenOf(setting: Setting, wire: Wire | undefined): Written {
  if (wire === undefined) return blank(setting);
  if (Array.isArray(wire)) return ROWS.has(setting.kind) ? wire.map((value) => ({ key: '', value })) : wire.join('\n');
  if (typeof wire !== 'object') return String(wire);
  if (setting.kind === 'parts') return setting.parts.map((key) => ({ key, value: wire[key] ?? '' }));
  return Object.entries(wire).map(([key, value]) => ({ key, value }));
}

/** Undefined where nothing is written. A number that is none is sent as it is: the server says what is wrong with it. */
export function wireOf(setting: Setting, written: Written): Wire | undefined {
  if (typeof written !== 'string') return ofRows(setting, written);
  const text = setting.name === 'password' ? written : written.trim();
  if (text === '') return undefined;
  switch (setting.kind) {
    case 'number':
      return Number.isFinite(Number(text)) ? Number(text) : text;
    case 'choice':
      return setting.isTruth ? text === 'true' : text;
    case 'list':
      return text
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '');
    default:
      return text;
  }
}

function ofRows({ kind }: Setting, rows: readonly Row[]): Wire | undefined {
  const filled = rows.filter(({ key, value }) => value !== '' || (kind === 'pairs' && key !== ''));
  if (filled.length === 0) return undefined;
  if (kind === 'texts') return filled.map(({ value }) => value.trim());
  return Object.fromEntries(filled.map(({ key, value }) => [key.trim(), value]));
}

export function isBlank(setting: Setting, written: Written): boolean {
  return wireOf(setting, written) === undefined;
}
