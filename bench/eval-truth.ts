/** What a recording's truth.json says that an ideal product shows, in the two forms that the recordings use. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Expected {
  readonly namespace: string;
  readonly title: string;
  /** `Kind/name`, any of them. */
  readonly roots: readonly string[];
  readonly conditions: readonly string[];
  readonly causes: readonly string[];
  readonly mustCite: readonly string[];
  readonly severity: string | null;
  /** Words of the leading change. */
  readonly change: string | null;
  readonly resolves: boolean | null;
  /** Incidents of its namespace, this one included. */
  readonly atMost: number;
  readonly optional: boolean;
}

export interface Truth {
  readonly expected: readonly Expected[];
  /** Nothing may be raised here. */
  readonly healthy: readonly string[];
}

type Entry = Readonly<Record<string, unknown>>;

export async function readTruth(folder: string): Promise<Truth> {
  const truth = JSON.parse(await readFile(join(folder, 'truth.json'), 'utf8')) as Entry[] | { incidents: Entry[] };
  const entries = Array.isArray(truth) ? truth : truth.incidents;
  const wanted = entries.filter((entry) => entry['none'] !== true);
  return {
    expected: wanted.map((entry) =>
      expectation(entry, wanted.filter((other) => other['namespace'] === entry['namespace']).length),
    ),
    healthy: entries.filter((entry) => entry['none'] === true).map((entry) => String(entry['namespace'])),
  };
}

function expectation(entry: Entry, inNamespace: number): Expected {
  const text = (key: string) => (typeof entry[key] === 'string' ? entry[key] : null);
  const roots =
    entry['root'] === undefined ? [`${String(entry['kind'])}/${String(entry['name'])}`] : list(entry['root']);
  return {
    namespace: text('namespace') ?? '',
    title: text('title') ?? roots.join(' or '),
    roots,
    conditions: list(entry['condition']),
    causes: list(entry['cause']),
    mustCite: list(entry['must_cite']),
    severity: text('severity'),
    change: text('change'),
    resolves: typeof entry['resolves'] === 'boolean' ? entry['resolves'] : null,
    atMost: typeof entry['at_most'] === 'number' ? entry['at_most'] : inNamespace,
    optional: entry['optional'] === true,
  };
}

function list(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.map(String) : [];
}
