/** `tattle doctor`: looks at everything that Tattle needs, changes nothing, and says how to mend what is wrong. */
import { resolve } from 'node:path';
import { systemClock } from '../../kit/clock.ts';
import { AccessError, type ClusterAccess } from '../../kube/access.ts';
import { chooseClusters } from '../clusters.ts';
import type { Configuration } from '../config-schema.ts';
import type { RunOptions } from '../configure.ts';
import { runningServer } from '../server-file.ts';
import { VERSION } from '../version.ts';
import { alertChecks, type AlertToFollow } from './alert/alert-checks.ts';
import { channelChecks } from './channel-check.ts';
import { type Check, fail, ok, skipped } from './check.ts';
import { clusterChecks } from './cluster-check.ts';
import { readConfiguration } from './configuration-check.ts';
import { checkDataDirectory } from './data-directory.ts';
import { nodeVersionCheck } from './node-version.ts';
import { serverChecks, type ServerToAsk } from './server-check.ts';
import { storeChecks } from './store-check.ts';

export interface DoctorOptions extends Pick<RunOptions, 'config' | 'env' | 'overrides' | 'signal'> {
  /** A server elsewhere; then this machine's data directory and store are not looked at. */
  readonly server?: ServerToAsk;
  /** Follows a test alert instead of looking at everything: that changes something, and takes minutes. */
  readonly alert?: AlertToFollow;
  /** Told of each check as soon as it is made; awaited. */
  readonly onCheck?: (check: Check) => Promise<void>;
  /** Told what is waited for, now and again; awaited. */
  readonly onWait?: (what: string) => Promise<void>;
}

/** In the order of what needs what. Rejects with the signal's reason only. */
export async function examine(options: DoctorOptions): Promise<readonly Check[]> {
  const { alert, onCheck = silently } = options;
  if (alert !== undefined) return followed(alert, onCheck, options);
  const checks = await examineAll(options);
  for (const check of checks) await onCheck(check);
  return checks;
}

async function followed(
  alert: AlertToFollow,
  onCheck: (check: Check) => Promise<void>,
  options: DoctorOptions,
): Promise<readonly Check[]> {
  const { signal, server, onWait = silently } = options;
  const { configuration, checks } = await readConfiguration(options);
  // What is wrong with it may be why no Alertmanager is found in it; what is fine is not the question.
  const all = checks.filter(({ state }) => state === 'fail');
  for (const check of all) await onCheck(check);
  const running = server ?? (await runningServer(resolve(configuration.dataDir)));
  for await (const check of alertChecks(alert, configuration, running, { signal, onWait })) {
    all.push(check);
    await onCheck(check);
  }
  return all;
}

async function silently(): Promise<void> {}

async function examineAll(options: DoctorOptions): Promise<readonly Check[]> {
  const { signal, server: elsewhere } = options;
  const checks: Check[] = [nodeVersionCheck(process.versions.node)];
  const { configuration, checks: configured } = await readConfiguration(options);
  checks.push(...configured);
  const dataDir = resolve(configuration.dataDir);
  const running = elsewhere ?? (await runningServer(dataDir));
  if (elsewhere === undefined) checks.push(...(await localChecks(configuration, dataDir, running)));
  signal.throwIfAborted();
  checks.push(...(await allClusterChecks(configuration, options)));
  checks.push(...(await serverChecks(running, VERSION, signal)));
  checks.push(...(await channelChecks(configuration, signal)));
  return checks;
}

/** A server that owns the directory tells of its store itself. */
async function localChecks(
  { storeUrl }: Configuration,
  dataDir: string,
  running: ServerToAsk | null,
): Promise<readonly Check[]> {
  const directory = await checkDataDirectory(dataDir, running === null ? null : new URL(running.url).origin);
  const isOwned = running !== null && storeUrl === undefined;
  const store = isOwned
    ? [skipped('store', 'the server has it open: what it says of it stands below')]
    : await storeChecks({ dataDir, ...(storeUrl === undefined ? {} : { storeUrl }) }, directory);
  return [...directory.checks, ...store];
}

/** What parsers say goes on with the lines in question, which may hold a secret. */
function firstLine(message: string): string {
  return message.split('\n', 1).join('').replace(/:$/, '');
}

async function allClusterChecks(
  configuration: Configuration,
  { env, signal }: DoctorOptions,
): Promise<readonly Check[]> {
  let accesses: readonly ClusterAccess[];
  try {
    const chosen = await chooseClusters(configuration, env, systemClock);
    if (chosen.kind === 'simulated') return [ok('clusters', `a simulated one: ${chosen.why}`)];
    accesses = chosen.accesses;
  } catch (error) {
    if (!(error instanceof AccessError)) throw error;
    return [
      fail(
        'clusters',
        firstLine(error.message),
        'Correct the kubeconfig, or name another one with --kubeconfig or --context.',
      ),
    ];
  }
  const namespaces = configuration.clusters.watchNamespaces;
  const checked = accesses.map((access) => clusterChecks({ access, namespaces, clock: systemClock, signal }));
  return (await Promise.all(checked)).flat();
}
