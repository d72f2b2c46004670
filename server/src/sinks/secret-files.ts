/** Secrets that lie in files, such as those of a mounted Secret: `passwordFile` in place of `password`, for every type of sink alike. */
import { isAbsolute } from 'node:path';

export interface SecretFile {
  /** Where the secret belongs: `['basic', 'password']`. */
  readonly at: readonly string[];
  readonly path: string;
  /** How the configuration names it: `sinks[0].basic.passwordFile`. */
  readonly where: string;
}

export interface Separated {
  /** As if every secret were written there, each as `PLACEHOLDER`. */
  readonly settings: unknown;
  readonly files: readonly SecretFile[];
  readonly problems: readonly string[];
}

/** Any schema of a secret takes it; it is never sent. */
const PLACEHOLDER = '-';

type Fields = Record<string, unknown>;

/** `secrets` are paths such as `basic.password`; of `headers` each may lie in a file, by its name in `headerFiles`. */
export function separateFiles(settings: unknown, secrets: readonly string[], path: string): Separated {
  const plain: unknown = structuredClone(settings);
  const files: SecretFile[] = [];
  const problems: string[] = [];
  const take = (place: Fields, at: readonly string[], file: unknown, where: string) => {
    const last = at.at(-1) ?? '';
    if (typeof file !== 'string' || !isAbsolute(file)) problems.push(`${where}: must be an absolute path`);
    else if (last in place) problems.push(`${where}: give either ${last} or the file that holds it`);
    else files.push({ at, path: file, where });
    place[last] ??= PLACEHOLDER;
  };
  for (const secret of secrets) {
    const at = secret.split('.');
    const name = `${at.at(-1) ?? ''}File`;
    const place = at.slice(0, -1).reduce<unknown>((here, step) => (isFields(here) ? here[step] : null), plain);
    if (!isFields(place) || !(name in place)) continue;
    const { [name]: file } = place;
    delete place[name];
    take(place, at, file, `${path}.${secret}File`);
  }
  if (secrets.includes('headers') && isFields(plain) && isFields(plain['headerFiles'])) {
    const headers = (plain['headers'] ??= {});
    for (const [name, file] of Object.entries(plain['headerFiles'])) {
      if (isFields(headers)) take(headers, ['headers', name], file, `${path}.headerFiles.${name}`);
    }
    delete plain['headerFiles'];
  }
  return { settings: plain, files, problems };
}

/** The settings with a value in each of the places. */
export function filledIn(settings: unknown, values: ReadonlyMap<readonly string[], string>): unknown {
  const filled: unknown = structuredClone(settings);
  for (const [at, value] of values) {
    const place = at.slice(0, -1).reduce<unknown>((here, step) => (isFields(here) ? here[step] : null), filled);
    if (isFields(place)) place[at.at(-1) ?? ''] = value;
  }
  return filled;
}

/** Editors end a file with a line; a certificate, or a credentials file, has lines of its own. */
export function secretIn(text: string): string {
  const line = text.trim();
  return line.includes('\n') ? text : line;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
