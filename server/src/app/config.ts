/** One configuration from a file, the environment and the command line, with every fault told at once. */
import { dirname, isAbsolute, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { closest } from '../kit/closest.ts';
import { systemClock } from '../kit/clock.ts';
import { pathText, schemaProblems } from '../kit/schema-problems.ts';
import { compileUserPatterns } from '../kit/redaction-user-patterns.ts';
import { parseAllowList } from '../kit/address-guard.ts';
import {
  configuredNotify,
  type ConfiguredNotify,
  type NamedElsewhere,
  type NotifyConfiguration,
} from '../notify/configured.ts';
import { notifySettings } from '../notify/policy/settings.ts';
import { CHANNEL_VARIABLES, channelsFromEnvironment } from '../notify/channel-environment.ts';
import { webhookFromEnvironment } from '../notify/environment.ts';
import { secretFileWarnings, sinkProblems } from './sinks/sinks.ts';
import { fromOtelEnvironment } from './telemetry/otel-environment.ts';
import { parseFilter } from '../triage/filter-settings.ts';
import { type Configuration, configurationSchema } from './config-schema.ts';
import { isServiceLink, readingOf, readText, VARIABLES } from './config-variables.ts';

/** Read by others: the place of the file, and who acts from the command line. */
const ELSEWHERE = ['TATTLE_CONFIG', 'TATTLE_USER'];

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ConfigurationInput {
  /** The file's path; null where none was named. */
  readonly file: string | null;
  readonly env: Environment;
  /** Path to text, as the command line gives it: `{ 'listen.port': '0' }`. They win over the environment, which wins over the file. */
  readonly overrides: Readonly<Record<string, string>>;
  /** Paths of the environment and the command line start here, those of a file where it lies. */
  readonly directory: string;
  /** Rejects as `fs.readFile` does. */
  readonly readFile: (path: string) => Promise<string>;
}

export type LoadedConfiguration =
  | {
      readonly kind: 'valid';
      readonly configuration: Configuration;
      /** Path → who set it (a variable, a file, a flag). What nobody set is not in it. */
      readonly owners: ReadonlyMap<string, string>;
      /** What has no effect, or not the one that was meant. */
      readonly warnings: readonly string[];
      /** What only a running store can tell to be right: routes to channels that people added. */
      readonly elsewhere: readonly NamedElsewhere[];
    }
  | { readonly kind: 'invalid'; readonly problems: readonly string[] };

/** Never throws for what it reads. */
export async function loadConfiguration(input: ConfigurationInput): Promise<LoadedConfiguration> {
  const problems: string[] = [];
  const owners = new Map<string, string>();
  const settings = await readSettingsFile(input, problems);
  if (input.file !== null) noteOwners(settings, [], input.file, owners);
  readEnvironment(input, settings, owners, problems);
  for (const [path, text] of Object.entries(input.overrides)) {
    place(settings, path, readText(text, readingOf(path)));
    owners.set(path, 'the command line');
  }
  const otelWarnings = addOtel(input.env, settings, owners);
  const parsed = configurationSchema.safeParse(settings);
  if (!parsed.success) {
    for (const { path, message } of schemaProblems(parsed.error, configurationSchema)) {
      problems.push(told(path, message, owners, input.file));
    }
  }
  problems.push(...filterProblems(settings.filter ?? {}, owners, input.file));
  const checked = parsed.success ? absolutePaths(parsed.data, owners, input) : null;
  if (checked !== null) {
    problems.push(...patternProblems(checked, input.file), ...(await certificateProblems(checked, input)));
    problems.push(
      ...parseAllowList(checked.outgoing.allow).errors.map(
        (error) => `${input.file ?? 'configuration'}: outgoing.allow: ${error}`,
      ),
    );
  }
  const webhook = webhookFromEnvironment(input.env);
  // The other variables that this reads are in the table above, which knows who owns them.
  problems.push(...webhook.errors.filter((error) => /^[A-Z_]*_WEBHOOK_/.test(error)));
  const inFile: readonly unknown[] = Array.isArray(settings.channels) ? settings.channels : [];
  const further = channelsFromEnvironment(input.env);
  problems.push(...further.errors);
  const channels = [...inFile, ...webhook.channels, ...further.channels];
  const accounts = withAccounts(settings.accounts, further.accounts);
  const source = input.file ?? 'configuration';
  const checkedNotify = checkNotify({ channels, accounts, ...notifyPart(settings) });
  problems.push(...checkedNotify.problems.map((told) => `${source}: ${told}`));
  const elsewhere = checkedNotify.elsewhere.map(({ channel, problem }) => ({
    channel,
    problem: `${source}: ${problem}`,
  }));
  const sinks: readonly unknown[] = Array.isArray(settings.sinks) ? settings.sinks : [];
  problems.push(...sinkProblems(sinks).map((told) => `${input.file ?? 'configuration'}: ${told}`));
  if (checked === null || problems.length > 0) return { kind: 'invalid', problems };
  const configuration = { ...checked, channels, accounts };
  const warnings = [...webhook.warnings, ...otelWarnings, ...(await secretFileWarnings(sinks, input.readFile))];
  return { kind: 'valid', configuration, owners, warnings, elsewhere };
}

function filterProblems(filter: unknown, owners: ReadonlyMap<string, string>, file: string | null): readonly string[] {
  if (!isSettings(filter)) return [];
  const parsed = parseFilter(filter);
  if (parsed.ok) return [];
  return parsed.problems.map(({ field, problem, mend }) =>
    told(`filter.${field}`, `${problem}; ${mend}`, owners, file),
  );
}

function patternProblems({ redaction }: Configuration, file: string | null): readonly string[] {
  const compiled = compileUserPatterns(redaction.patterns);
  if (compiled.ok) return [];
  return compiled.problems.map(
    ({ field, problem, mend }) => `${file ?? 'configuration'}: redaction.patterns${field} ${problem}; ${mend}`,
  );
}

/** It is read again by who uses it; here it is told in time, and with its place, when it cannot be. */
async function certificateProblems(
  { access }: Configuration,
  { file, readFile }: ConfigurationInput,
): Promise<readonly string[]> {
  const caFile = access.oidc?.caFile;
  if (caFile === undefined) return [];
  const path = `${file ?? 'configuration'}: access.oidc.caFile`;
  try {
    if ((await readFile(caFile)).includes('-----BEGIN CERTIFICATE-----')) return [];
    return [`${path} ${caFile} holds no certificate; it must be PEM`];
  } catch (error) {
    return [`${path} ${caFile} cannot be read (${reasonOf(error)}); correct the path, or who may read it`];
  }
}

/** Channels are made to be checked, and thrown away: making one touches nothing. */
function checkNotify(configuration: NotifyConfiguration): Pick<ConfiguredNotify, 'problems' | 'elsewhere'> {
  const refuse = () => Promise.reject(new Error('this channel was made to be checked only'));
  const context = { fetch: refuse, connect: refuse, clock: systemClock, trusted: true, linkTo: () => null };
  return configuredNotify(configuration, context);
}

/** Those of the file, with what variables say of them. */
function withAccounts(
  written: unknown,
  further: Readonly<Record<string, Settings>>,
): Readonly<Record<string, unknown>> {
  const accounts: Settings = isSettings(written) ? { ...written } : {};
  for (const [type, settings] of Object.entries(further)) {
    const known = accounts[type];
    accounts[type] = { ...(isSettings(known) ? known : {}), ...settings };
  }
  return accounts;
}

/** As far as its shape is right; where it is not, the schema says so. */
function notifyPart({ notifyTo, notify }: Settings): Pick<NotifyConfiguration, 'to' | 'notify'> {
  const parsed = notifySettings.safeParse(notify ?? {});
  return {
    to: Array.isArray(notifyTo) ? notifyTo.filter((name) => typeof name === 'string') : [],
    notify: parsed.success ? parsed.data : notifySettings.parse({}),
  };
}

type Settings = Record<string, unknown>;

async function readSettingsFile(input: ConfigurationInput, problems: string[]): Promise<Settings> {
  const { file } = input;
  if (file === null) return {};
  let text: string;
  try {
    text = await input.readFile(resolve(input.directory, file));
  } catch (error) {
    problems.push(`${file}: cannot be read (${reasonOf(error)}); check --config or TATTLE_CONFIG`);
    return {};
  }
  const document = parseDocument(text, { prettyErrors: true });
  if (document.errors.length > 0) {
    problems.push(...document.errors.map(({ message }) => `${file}: ${message.split('\n')[0] ?? ''}`));
    return {};
  }
  try {
    const settings: unknown = document.toJS({ maxAliasCount: 100 }) ?? {};
    if (isSettings(settings)) return settings;
    problems.push(`${file}: must be a mapping of settings, such as "listen: {port: 8080}"`);
  } catch (error) {
    problems.push(`${file}: ${reasonOf(error)}`);
  }
  return {};
}

function readEnvironment(
  { env }: ConfigurationInput,
  settings: Settings,
  owners: Map<string, string>,
  problems: string[],
): void {
  for (const [name, { path, as, also = [] }] of Object.entries(VARIABLES)) {
    const set = [name, ...also].find((candidate) => isSet(candidate, env[candidate]));
    if (set === undefined) continue;
    place(settings, path, readText(env[set] ?? '', as));
    owners.set(path, set);
  }
  for (const [name, value = ''] of Object.entries(env)) {
    if (!name.startsWith('TATTLE_') || name in VARIABLES || ELSEWHERE.includes(name)) continue;
    // The webhook's own are checked where they are read; tests keep theirs under TATTLE_TEST_.
    if (isServiceLink(name, value) || /^TATTLE_(WEBHOOK|TEST)_/.test(name)) continue;
    if (CHANNEL_VARIABLES.includes(name)) continue;
    const meant = closest(name, [...Object.keys(VARIABLES), ...CHANNEL_VARIABLES]);
    problems.push(`${name}: is no variable of Tattle; ${meant === undefined ? 'unset it' : `did you mean ${meant}?`}`);
  }
}

/** Last, since everything else wins over them. Returns warnings. */
function addOtel(env: ConfigurationInput['env'], settings: Settings, owners: Map<string, string>): readonly string[] {
  const written = settings['telemetry'] ?? {};
  // The schema says what is wrong with it.
  if (!isSettings(written)) return [];
  const { settings: found, warnings } = fromOtelEnvironment(env, written);
  for (const { name, field, value } of found) {
    place(settings, `telemetry.${field}`, value);
    owners.set(`telemetry.${field}`, name);
  }
  return warnings;
}

function isSet(name: string, value = ''): boolean {
  return value.trim() !== '' && !isServiceLink(name, value);
}

/** Sets `a.b` inside nested mappings. What is no mapping stays, for the schema to refuse. */
function place(settings: Settings, path: string, value: unknown): void {
  const steps = path.split('.');
  const last = steps.pop() ?? path;
  let here = settings;
  for (const step of steps) {
    here[step] ??= {};
    const next = here[step];
    if (!isSettings(next)) return;
    here = next;
  }
  here[last] = value;
}

function noteOwners(settings: Settings, path: readonly string[], owner: string, owners: Map<string, string>): void {
  for (const [key, value] of Object.entries(settings)) {
    const here = [...path, key];
    if (isSettings(value)) noteOwners(value, here, owner, owners);
    else owners.set(pathText(here), owner);
  }
}

/** `TATTLE_LISTEN_PORT: must be …`, or with the file and the path in it. */
function told(path: string, message: string, owners: ReadonlyMap<string, string>, file: string | null): string {
  const owner = [...owners].find(([owned]) => path === owned || path.startsWith(`${owned}[`))?.[1];
  if (owner !== undefined && owner !== file) return `${owner}: ${path} ${message}`;
  return `${file ?? 'configuration'}: ${path} ${message}`.replace('  ', ' ');
}

function absolutePaths(
  configuration: Configuration,
  owners: ReadonlyMap<string, string>,
  { file, directory }: ConfigurationInput,
): Configuration {
  const absolute = (settingPath: string, path: string) => {
    if (isAbsolute(path)) return path;
    const fromFile = file !== null && owners.get(settingPath) === file;
    return resolve(directory, fromFile ? dirname(file) : '', path);
  };
  const { access, clusters, simulate, evidence } = configuration;
  const { oidc } = access;
  const tokenFile = evidence.prometheusTokenFile;
  return {
    ...configuration,
    dataDir: absolute('dataDir', configuration.dataDir),
    access: {
      ...access,
      ...(oidc?.caFile && { oidc: { ...oidc, caFile: absolute('access.oidc.caFile', oidc.caFile) } }),
    },
    clusters: { ...clusters, kubeconfig: clusters.kubeconfig.map((path) => absolute('clusters.kubeconfig', path)) },
    evidence: {
      ...evidence,
      ...(tokenFile && { prometheusTokenFile: absolute('evidence.prometheusTokenFile', tokenFile) }),
    },
    simulate: { ...simulate, recordings: simulate.recordings.map((path) => absolute('simulate.recordings', path)) },
  };
}

function isSettings(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown reason';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
