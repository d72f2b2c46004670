/** Turns one context of a kubeconfig into the way to reach its cluster. */
import { dirname, isAbsolute, join } from 'node:path';
import type { Clock } from '../model/ports/process.ts';
import { AccessError, type ClusterAccess, type Credentials, type Presented } from './access.ts';
import { type Pem, plainCredentials, text } from './credentials.ts';
import { execCredentials } from './exec-credentials.ts';
import { type Entry, isFields, type Kubeconfig } from './kubeconfig.ts';
import { rotatedFile } from './reread-file.ts';

export interface Surroundings {
  readonly clock: Clock;
  /** What exec plug-ins inherit. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Throws `AccessError` naming file, context and field. Without a name: the current context. */
export function contextAccess(
  config: Kubeconfig,
  contextName: string | null,
  surroundings: Surroundings,
): ClusterAccess {
  const name = contextName ?? config.currentContext;
  if (name === null) {
    throw new AccessError(`kubeconfig ${config.files.join(', ')}: no current-context. ${contextsOf(config)}`);
  }
  const context = named(config.contexts, name, 'context', `kubeconfig ${config.files.join(', ')}`);
  const where = `kubeconfig ${context.file}: context ${name}`;
  const clusterReader = new FieldReader(
    named(config.clusters, new FieldReader(context, where).text('cluster'), 'cluster', where),
    where,
  );
  const userName = new FieldReader(context, where).text('user');
  const user =
    userName === '' ? { name: '', fields: {}, file: context.file } : named(config.users, userName, 'user', where);
  const authority = clusterReader.pem('certificate-authority', surroundings.clock);
  return {
    name,
    server: serverUrl(clusterReader),
    authority: () => text(authority),
    skipTlsVerify: clusterReader.flag('insecure-skip-tls-verify'),
    tlsServerName: clusterReader.text('tls-server-name') || null,
    proxyUrl: proxyUrl(clusterReader),
    credentials: credentialsOf(
      new FieldReader(user, `${where}: user ${user.name}`),
      clusterReader,
      authority,
      surroundings,
    ),
    namespace: new FieldReader(context, where).text('namespace') || 'default',
  };
}

function named(entries: ReadonlyMap<string, Entry>, name: string, what: string, where: string): Entry {
  const entry = entries.get(name);
  if (entry !== undefined) return entry;
  const known = [...entries.keys()].join(', ') || 'none';
  throw new AccessError(`${where}: ${what} ${JSON.stringify(name)} is not defined. Defined are: ${known}.`);
}

function serverUrl(cluster: FieldReader): URL {
  const server = cluster.text('server');
  if (server === '') throw cluster.wrong('server', 'is empty. Set it to the API server, https://host:6443');
  const url = URL.parse(server.includes('://') ? server : `https://${server}`);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw cluster.wrong('server', `is no http(s) URL: ${server}`);
  }
  return url;
}

function proxyUrl(cluster: FieldReader): string | null {
  const proxy = cluster.text('proxy-url');
  if (proxy === '') return null;
  const protocol = URL.parse(proxy)?.protocol;
  if (protocol === 'http:' || protocol === 'https:') return proxy;
  throw cluster.wrong('proxy-url', 'must be an http:// or https:// proxy; put one before a SOCKS tunnel');
}

function credentialsOf(
  user: FieldReader,
  cluster: FieldReader,
  authority: Pem,
  { clock, environment }: Surroundings,
): Credentials {
  const impersonation = impersonationOf(user);
  const exec = user.mapping('exec');
  const username = user.text('username');
  const hasPlain = user.text('token') !== '' || user.text('tokenFile') !== '' || username !== '';
  if (exec !== null && !hasPlain) {
    return execCredentials(
      {
        apiVersion: exec.text('apiVersion'),
        command: exec.required('command', 'Name the program to run'),
        args: exec.texts('args'),
        env: Object.fromEntries(exec.mappings('env').map((one) => [one.text('name'), one.text('value')])),
        interactiveMode: exec.text('interactiveMode') || 'IfAvailable',
        installHint: exec.text('installHint'),
        clusterInfo: exec.flag('provideClusterInfo') ? () => clusterInfo(cluster, authority) : null,
        definedIn: user.file,
        where: user.where,
      },
      { clock, environment, impersonation },
    );
  }
  return plainCredentials({
    token: tokenOf(user, clock),
    basic: username === '' ? null : { username, password: user.text('password') },
    certificate: user.pem('client-certificate', clock),
    key: user.pem('client-key', clock),
    impersonation,
  });
}

/** `tokenFile` wins over `token`, as in kubectl. */
function tokenOf(user: FieldReader, clock: Clock): Pem {
  const file = user.text('tokenFile');
  if (file !== '') return rotatedFile(user.path(file), `${user.where}: tokenFile`, clock);
  const token = user.text('token');
  if (token !== '') return token;
  const provider = user.mapping('auth-provider');
  if (provider === null) return null;
  const idToken = provider.mapping('config')?.text('id-token') ?? '';
  if (idToken !== '') return idToken;
  throw user.wrong('auth-provider', 'is gone from Kubernetes since 1.26. Use an exec plug-in for this provider');
}

function impersonationOf(user: FieldReader): Presented['headers'] {
  const as = user.text('as');
  if (as === '') return {};
  const groups = user.texts('as-groups');
  const uid = user.text('as-uid');
  return {
    'impersonate-user': as,
    ...(groups.length === 0 ? {} : { 'impersonate-group': groups }),
    ...(uid === '' ? {} : { 'impersonate-uid': uid }),
  };
}

async function clusterInfo(cluster: FieldReader, authority: Pem): Promise<Readonly<Record<string, unknown>>> {
  const bundle = await text(authority);
  const extensions = cluster.mappings('extensions');
  const extension = extensions.find((one) => one.text('name') === 'client.authentication.k8s.io/exec');
  return {
    server: cluster.text('server'),
    ...(bundle === null ? {} : { 'certificate-authority-data': Buffer.from(bundle).toString('base64') }),
    ...(cluster.text('tls-server-name') === '' ? {} : { 'tls-server-name': cluster.text('tls-server-name') }),
    ...(cluster.text('proxy-url') === '' ? {} : { 'proxy-url': cluster.text('proxy-url') }),
    ...(cluster.flag('insecure-skip-tls-verify') ? { 'insecure-skip-tls-verify': true } : {}),
    ...(extension === undefined ? {} : { config: extension.value('extension') }),
  };
}

/** Typed reading of one entry's fields; every error names where it is. */
class FieldReader {
  readonly where: string;
  readonly file: string;
  readonly #entry: Entry;

  constructor(entry: Entry, where: string) {
    this.#entry = entry;
    this.where = where;
    this.file = entry.file;
  }

  wrong(field: string, what: string): AccessError {
    return new AccessError(`${this.where}: ${field} ${what}.`);
  }

  value(field: string): unknown {
    return this.#entry.fields[field];
  }

  text(field: string): string {
    const value = this.value(field);
    if (value === undefined || value === null) return '';
    // A token or name of digits only is a number to YAML.
    if (typeof value === 'string' || typeof value === 'number') return String(value);
    throw this.wrong(field, 'must be a text');
  }

  required(field: string, mend: string): string {
    const value = this.text(field);
    if (value === '') throw this.wrong(field, `is missing. ${mend}`);
    return value;
  }

  flag(field: string): boolean {
    const value = this.value(field);
    if (value === undefined || value === null || typeof value === 'boolean') return value === true;
    throw this.wrong(field, 'must be true or false');
  }

  texts(field: string): string[] {
    const value = this.value(field) ?? [];
    if (!Array.isArray(value)) throw this.wrong(field, 'must be a list');
    return value.map((item: unknown) => String(item));
  }

  mapping(field: string): FieldReader | null {
    const value = this.value(field);
    if (value === undefined || value === null) return null;
    if (!isFields(value)) throw this.wrong(field, 'must be a mapping');
    return new FieldReader({ ...this.#entry, fields: value }, `${this.where}: ${field}`);
  }

  mappings(field: string): FieldReader[] {
    const value = this.value(field) ?? [];
    if (!Array.isArray(value)) throw this.wrong(field, 'must be a list');
    return value
      .filter(isFields)
      .map((fields) => new FieldReader({ ...this.#entry, fields }, `${this.where}: ${field}`));
  }

  path(value: string): string {
    return isAbsolute(value) ? value : join(dirname(this.file), value);
  }

  /** `field-data` (base64) wins over `field` (a path), as in kubectl. */
  pem(field: string, clock: Clock): Pem {
    const inline = this.text(`${field}-data`);
    if (inline !== '') {
      const decoded = Buffer.from(inline, 'base64').toString('utf8');
      if (decoded.includes('-----BEGIN')) return decoded;
      throw this.wrong(
        `${field}-data`,
        'is not the base64 of a PEM text. Encode the whole file, header lines included',
      );
    }
    const path = this.text(field);
    return path === '' ? null : rotatedFile(this.path(path), `${this.where}: ${field}`, clock);
  }
}

function contextsOf({ contexts }: Kubeconfig): string {
  const names = [...contexts.keys()];
  if (names.length > 0) return `Name a context: ${names.join(', ')}.`;
  return 'It has no context either: kubectl config set-context makes one, or name another file.';
}
