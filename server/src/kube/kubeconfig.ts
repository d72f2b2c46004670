/** Reads kubeconfig files and merges them the way kubectl does: the first file to name something wins. */
import { readFile } from 'node:fs/promises';
import { parseDocument } from 'yaml';
import { AccessError } from './access.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** A named entry (cluster, user, context) and the file it came from: its relative paths start there. */
export interface Entry {
  readonly name: string;
  readonly fields: Fields;
  readonly file: string;
}

export interface Kubeconfig {
  readonly files: readonly string[];
  readonly currentContext: string | null;
  readonly contexts: ReadonlyMap<string, Entry>;
  readonly clusters: ReadonlyMap<string, Entry>;
  readonly users: ReadonlyMap<string, Entry>;
}

const SECTIONS = { contexts: 'context', clusters: 'cluster', users: 'user' } as const;

/**
 * Files that do not exist are passed over, as kubectl does with the list in KUBECONFIG; when none exists, that is an error.
 * Throws `AccessError` naming file and field.
 */
export async function loadKubeconfig(paths: readonly string[]): Promise<Kubeconfig> {
  const merged = {
    contexts: new Map<string, Entry>(),
    clusters: new Map<string, Entry>(),
    users: new Map<string, Entry>(),
  };
  const files: string[] = [];
  let currentContext: string | null = null;
  for (const path of paths) {
    const text = await readIfThere(path);
    if (text === null) continue;
    files.push(path);
    const root = parseFile(path, text);
    for (const section of ['contexts', 'clusters', 'users'] as const) {
      for (const entry of entriesOf(path, root, section)) {
        if (!merged[section].has(entry.name)) merged[section].set(entry.name, entry);
      }
    }
    const named = root['current-context'];
    if (currentContext === null && typeof named === 'string' && named !== '') currentContext = named;
  }
  if (files.length === 0) {
    throw new AccessError(
      `no kubeconfig found: ${paths.join(', ') || 'no path given'}. Set KUBECONFIG to an existing file.`,
    );
  }
  return { files, currentContext, ...merged };
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    const cause = error instanceof Error ? error.message : String(error);
    throw new AccessError(
      `kubeconfig ${path}: cannot be read (${cause}). Give the file to the user that runs Tattle.`,
      {
        cause: error,
      },
    );
  }
}

function parseFile(path: string, text: string): Fields {
  const document = parseDocument(text);
  const [problem] = document.errors;
  if (problem !== undefined) throw new AccessError(`kubeconfig ${path}: not valid YAML: ${problem.message}`);
  const root: unknown = document.toJS({ maxAliasCount: 100 });
  if (root === null || root === undefined) return {};
  if (!isFields(root)) throw new AccessError(`kubeconfig ${path}: the file holds no mapping. Is it a kubeconfig?`);
  return root;
}

function entriesOf(path: string, root: Fields, section: keyof typeof SECTIONS): Entry[] {
  const list = root[section] ?? [];
  if (!Array.isArray(list)) throw new AccessError(`kubeconfig ${path}: ${section} must be a list`);
  return list.map((item: unknown, index) => {
    const where = `kubeconfig ${path}: ${section}[${index}]`;
    if (!isFields(item) || typeof item['name'] !== 'string') throw new AccessError(`${where}: an entry needs a name`);
    const fields = item[SECTIONS[section]] ?? {};
    if (!isFields(fields)) throw new AccessError(`${where} (${item['name']}): ${SECTIONS[section]} must be a mapping`);
    return { name: item['name'], fields, file: path };
  });
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
