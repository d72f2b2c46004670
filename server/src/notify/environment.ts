/** The webhook and what goes with it from `TATTLE_*` variables, or from the `EVENT_WATCHER_*` ones of an existing ConfigMap. */
import { closest } from '../kit/closest.ts';
import { schemaProblems } from '../kit/schema-problems.ts';
import { readBoolean, readList, readNumber, type Reading } from './environment-values.ts';
import { webhookSettings } from './channels/webhook/settings.ts';

/** Undefined where no variable says it: the room's default stands. */
export interface WebhookEnvironment {
  /** Settings for `createChannels`; their targets are named by the operator and thereby trusted. */
  readonly channels: readonly unknown[];
  readonly clusterName?: string;
  readonly dedupTtlSeconds?: number;
  readonly evidence: { readonly includeLogs?: boolean; readonly logTailLines?: number };
  readonly filter: {
    readonly minimumCount?: number;
    readonly eventTypes?: readonly string[];
    readonly includeReasons?: readonly string[];
    readonly excludedNamespaces?: readonly string[];
  };
  /** What was not understood or overruled; nothing stops because of them. */
  readonly warnings: readonly string[];
  /** Every wrong variable, by its name; values are never repeated. */
  readonly errors: readonly string[];
}

const OURS = 'TATTLE_';
const THEIRS = 'EVENT_WATCHER_';

/** Known under both prefixes. */
const SHARED = [
  'WEBHOOK_URL',
  'CLUSTER_NAME',
  'DEDUP_TTL_SECONDS',
  'MIN_EVENT_COUNT',
  'INCLUDE_LOGS',
  'LOG_TAIL_LINES',
  'EVENT_TYPES',
  'WATCH_REASONS',
  'EXCLUDED_NAMESPACES',
] as const;
/** Known under ours only. */
const OWN = ['WEBHOOK_SECRETS', 'WEBHOOK_FORMAT', 'WEBHOOK_AUTHORIZATION', 'WEBHOOK_TIMEOUT_SECONDS'] as const;
type Name = (typeof SHARED)[number] | (typeof OWN)[number];

/** The setting that each variable of the webhook fills. */
const SETTING_NAMES: Readonly<Record<string, Name>> = {
  url: 'WEBHOOK_URL',
  secrets: 'WEBHOOK_SECRETS',
  format: 'WEBHOOK_FORMAT',
  headers: 'WEBHOOK_AUTHORIZATION',
  timeoutSeconds: 'WEBHOOK_TIMEOUT_SECONDS',
};

export function webhookFromEnvironment(env: Readonly<Record<string, string | undefined>>): WebhookEnvironment {
  const reader = new Reader(env);
  const channels = readWebhook(reader);
  const clusterName = reader.text('CLUSTER_NAME')?.value;
  const dedupTtlSeconds = reader.read('DEDUP_TTL_SECONDS', (text) => readNumber(text, 0, 604_800));
  const includeLogs = reader.read('INCLUDE_LOGS', readBoolean);
  const logTailLines = reader.read('LOG_TAIL_LINES', (text) => readNumber(text, 1, 5000));
  const minimumCount = reader.read('MIN_EVENT_COUNT', (text) => readNumber(text, 1, 1_000_000));
  const eventTypes = reader.read('EVENT_TYPES', readList);
  const includeReasons = reader.read('WATCH_REASONS', readList);
  const excludedNamespaces = reader.read('EXCLUDED_NAMESPACES', readList);
  return {
    channels,
    ...(clusterName !== undefined && { clusterName }),
    ...(dedupTtlSeconds !== undefined && { dedupTtlSeconds }),
    evidence: {
      ...(includeLogs !== undefined && { includeLogs }),
      ...(logTailLines !== undefined && { logTailLines }),
    },
    filter: {
      ...(minimumCount !== undefined && { minimumCount }),
      ...(eventTypes !== undefined && { eventTypes }),
      ...(includeReasons !== undefined && { includeReasons }),
      ...(excludedNamespaces !== undefined && { excludedNamespaces }),
    },
    warnings: [...reader.warnings, ...unknownVariables(env), ...namespacesWarning(env)],
    errors: reader.errors,
  };
}

/** One channel, named `webhook`, when there is a URL. */
function readWebhook(reader: Reader): readonly unknown[] {
  const url = reader.text('WEBHOOK_URL');
  const secrets = reader.read('WEBHOOK_SECRETS', readList);
  const format = reader.read('WEBHOOK_FORMAT', readFormat);
  const authorization = reader.text('WEBHOOK_AUTHORIZATION')?.value;
  const timeoutSeconds = reader.read('WEBHOOK_TIMEOUT_SECONDS', (text) => readNumber(text, 1, 50));
  if (url === undefined) {
    for (const name of OWN) {
      if (reader.text(name) !== undefined)
        reader.errors.push(`${OURS}${name}: there is no ${OURS}WEBHOOK_URL to use it for`);
    }
    return [];
  }
  const settings = {
    type: 'webhook',
    name: 'webhook',
    url: url.value,
    ...(secrets !== undefined && { secrets }),
    ...(format !== undefined && { format }),
    ...(authorization !== undefined && { headers: { Authorization: authorization } }),
    ...(timeoutSeconds !== undefined && { timeoutSeconds }),
  };
  const parsed = webhookSettings.safeParse(settings);
  if (parsed.success) return [settings];
  for (const { path, message } of schemaProblems(parsed.error, webhookSettings)) {
    const setting = /^\w+/.exec(path)?.[0] ?? '';
    const name = setting === 'url' ? url.name : `${OURS}${SETTING_NAMES[setting] ?? setting}`;
    reader.errors.push(`${name}: ${message}`);
  }
  return [];
}

/** A template has more lines than a variable should hold. */
function readFormat(text: string): Reading<string> {
  return text === 'template'
    ? { error: 'must be event or tattle; a template is written in the configuration file' }
    : { value: text };
}

class Reader {
  readonly warnings: string[] = [];
  readonly errors: string[] = [];
  readonly #env: Readonly<Record<string, string | undefined>>;
  readonly #overruled = new Set<string>();

  constructor(env: Readonly<Record<string, string | undefined>>) {
    this.#env = env;
  }

  /** Ours wins over theirs; a variable that is set to nothing is not set. */
  text(name: Name): { name: string; value: string } | undefined {
    const ours = this.#env[OURS + name]?.trim() ?? '';
    const theirs = isShared(name) ? (this.#env[THEIRS + name]?.trim() ?? '') : '';
    if (ours !== '' && theirs !== '' && ours !== theirs) this.#warnOverruled(name);
    if (ours !== '') return { name: OURS + name, value: ours };
    return theirs === '' ? undefined : { name: THEIRS + name, value: theirs };
  }

  read<Value>(name: Name, parse: (text: string) => Reading<Value>): Value | undefined {
    const found = this.text(name);
    if (found === undefined) return undefined;
    const reading = parse(found.value);
    if ('value' in reading) return reading.value;
    this.errors.push(`${found.name}: ${reading.error}`);
    return undefined;
  }

  #warnOverruled(name: Name): void {
    if (this.#overruled.has(name)) return;
    this.#overruled.add(name);
    this.warnings.push(`${THEIRS}${name}: is overruled by ${OURS}${name}`);
  }
}

function isShared(name: string): boolean {
  return SHARED.some((shared) => shared === name);
}

/** Variables that look like ours to read, and are not. Other `TATTLE_*` ones belong to other rooms. */
function unknownVariables(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const known = [...SHARED.map((name) => THEIRS + name), ...[...SHARED, ...OWN].map((name) => OURS + name)];
  return Object.keys(env)
    .filter((name) => name.startsWith(THEIRS) || name.startsWith(`${OURS}WEBHOOK_`))
    .filter((name) => !known.includes(name))
    .sort()
    .map((name) => {
      const meant = closest(name, known);
      return `${name}: is not known and has no effect${meant === undefined ? '' : `; did you mean ${meant}?`}`;
    });
}

/** That tool watched every namespace; Tattle watches those that were chosen. */
function namespacesWarning(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const moved = Object.keys(env).some((name) => name.startsWith(THEIRS));
  if (!moved || (env.TATTLE_NAMESPACES ?? '') !== '') return [];
  return [`${THEIRS}*: say with TATTLE_NAMESPACES which namespaces to monitor, "all" for every one as before`];
}
