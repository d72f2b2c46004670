/** Credentials from a kubeconfig exec plug-in (aws, gke-gcloud-auth-plugin, kubelogin …), kept until shortly before they expire. */
import { spawn } from 'node:child_process';
import { dirname, isAbsolute, resolve } from 'node:path';
import type { Clock } from '../model/ports/process.ts';
import { AccessError, type Credentials, type Presented } from './access.ts';
import { asRecord, asText } from './answer.ts';

const VERSIONS = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'];
const TIMEOUT_MS = 60_000;
const MAX_OUTPUT_BYTES = 1024 * 1024;
/** Clocks differ and requests take time: what expires sooner than this is not used any more. */
const EXPIRY_SKEW_MS = 60_000;

export interface ExecPlugin {
  readonly apiVersion: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly interactiveMode: string;
  readonly installHint: string;
  /** Goes into KUBERNETES_EXEC_INFO as spec.cluster; null unless provideClusterInfo. */
  readonly clusterInfo: (() => Promise<Readonly<Record<string, unknown>>>) | null;
  /** The kubeconfig that names the plug-in: a relative command with a slash starts at its folder. */
  readonly definedIn: string;
  /** Opens error messages: file, context, user. */
  readonly where: string;
}

export interface ExecSurroundings {
  readonly clock: Clock;
  /** The environment that the plug-in inherits. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly impersonation: Presented['headers'];
}

interface Held {
  readonly presented: Presented;
  /** Milliseconds; null keeps it until a 401. */
  readonly expiresAt: number | null;
}

export function execCredentials(plugin: ExecPlugin, surroundings: ExecSurroundings): Credentials {
  checkPlugin(plugin);
  let held: Held | null = null;
  let running: Promise<Held> | null = null;
  return {
    async present() {
      if (held !== null && isFresh(held, surroundings.clock.now())) return held.presented;
      // Requests that come while the plug-in runs share its answer.
      running ??= runPlugin(plugin, surroundings).finally(() => {
        running = null;
      });
      held = await running;
      return held.presented;
    },
    renew() {
      held = null;
      return true;
    },
  };
}

function isFresh(held: Held, now: number): boolean {
  return held.expiresAt === null || now < held.expiresAt - EXPIRY_SKEW_MS;
}

function checkPlugin(plugin: ExecPlugin): void {
  if (!VERSIONS.includes(plugin.apiVersion)) {
    throw new AccessError(
      `${plugin.where}: exec.apiVersion ${JSON.stringify(plugin.apiVersion)} is not one of ${VERSIONS.join(', ')}. Update the plug-in and set its newer version.`,
    );
  }
  if (plugin.interactiveMode === 'Always') {
    throw new AccessError(
      `${plugin.where}: exec.interactiveMode is Always, and there is no terminal here. Use a plug-in that can run with Never or IfAvailable.`,
    );
  }
}

async function runPlugin(plugin: ExecPlugin, surroundings: ExecSurroundings): Promise<Held> {
  const info = {
    apiVersion: plugin.apiVersion,
    kind: 'ExecCredential',
    spec: { interactive: false, ...(plugin.clusterInfo === null ? {} : { cluster: await plugin.clusterInfo() }) },
  };
  const output = await runCommand(plugin, {
    ...surroundings.environment,
    ...plugin.env,
    KUBERNETES_EXEC_INFO: JSON.stringify(info),
  });
  return readCredential(plugin, output, surroundings.impersonation);
}

function runCommand(plugin: ExecPlugin, env: Readonly<Record<string, string | undefined>>): Promise<string> {
  const hasFolder = /[/\\]/.test(plugin.command);
  const command =
    hasFolder && !isAbsolute(plugin.command) ? resolve(dirname(plugin.definedIn), plugin.command) : plugin.command;
  return new Promise((resolvePromise, reject) => {
    const refuse = (what: string, cause?: unknown) => {
      const hint = plugin.installHint === '' ? '' : ` ${plugin.installHint.trim()}`;
      reject(new AccessError(`${plugin.where}: exec plug-in ${command} ${what}.${hint}`, { cause }));
    };
    const child = spawn(command, plugin.args, {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: TIMEOUT_MS,
      killSignal: 'SIGKILL',
    });
    const stdout = collect(child.stdout, () => child.kill('SIGKILL'));
    const stderr = collect(child.stderr, () => child.kill('SIGKILL'));
    child.once('error', (error) => refuse(`cannot be started (${error.message})`, error));
    child.once('close', (code, signal) => {
      if (code === 0) return resolvePromise(stdout());
      const ended =
        code === null
          ? `was ended by ${signal ?? 'a signal'} (limit ${TIMEOUT_MS / 1000} s)`
          : `ended with code ${code}`;
      refuse(`${ended}: ${stderr().trim().slice(-500) || 'it said nothing'}`);
    });
  });
}

function collect(stream: NodeJS.ReadableStream, tooMuch: () => void): () => string {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > MAX_OUTPUT_BYTES) tooMuch();
    else chunks.push(chunk);
  });
  return () => Buffer.concat(chunks).toString('utf8');
}

function readCredential(plugin: ExecPlugin, output: string, impersonation: Presented['headers']): Held {
  const wrong = (what: string) => new AccessError(`${plugin.where}: exec plug-in ${plugin.command}: ${what}`);
  let answer: Readonly<Record<string, unknown>>;
  try {
    answer = asRecord(JSON.parse(output));
  } catch {
    throw wrong('its output is no JSON. It must print one ExecCredential object on standard output.');
  }
  if (answer['apiVersion'] !== plugin.apiVersion) {
    throw wrong(
      `it answered in ${JSON.stringify(answer['apiVersion'])}; the kubeconfig says ${plugin.apiVersion}. Set exec.apiVersion to what the plug-in speaks.`,
    );
  }
  const status = asRecord(answer['status']);
  const token = asText(status['token']);
  const certificate = asText(status['clientCertificateData']);
  const key = asText(status['clientKeyData']);
  if (token === '' && (certificate === '' || key === '')) {
    throw wrong('it gave neither status.token nor status.clientCertificateData with clientKeyData.');
  }
  const expiresAt = Date.parse(asText(status['expirationTimestamp']));
  return {
    presented: {
      headers: { ...(token === '' ? {} : { authorization: `Bearer ${token}` }), ...impersonation },
      certificate: certificate === '' ? null : certificate,
      key: key === '' ? null : key,
    },
    expiresAt: Number.isNaN(expiresAt) ? null : expiresAt,
  };
}
