import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../kit/clock.ts';
import type { ClusterAccess } from './access.ts';
import { contextAccess } from './context-access.ts';
import { inClusterAccess } from './in-cluster.ts';
import { loadKubeconfig } from './kubeconfig.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tattle-kubeconfig-'));
  const made = folder;
  onTestFinished(() => rm(made, { recursive: true, force: true }));
});

async function write(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

async function accessOf(text: string, context: string | null = null): Promise<ClusterAccess> {
  const config = await loadKubeconfig([await write('config', text)]);
  return contextAccess(config, context, { clock: systemClock, environment: {} });
}

function kubeconfig(user: string, cluster = 'server: https://api.example:6443'): string {
  return `
apiVersion: v1
kind: Config
current-context: here
contexts: [{name: here, context: {cluster: c, user: u, namespace: mine}}]
clusters: [{name: c, cluster: {${cluster}}}]
users: [{name: u, user: {${user}}}]
`;
}

describe('merging files', () => {
  it('lets the first file to name something win, and takes paths from the folder of the file that named them', async () => {
    await mkdir(join(folder, 'second'));
    const first = await write(
      'first',
      'current-context: one\nclusters: [{name: c, cluster: {server: "https://first"}}]\n',
    );
    const second = await write(
      'second/config',
      `current-context: two
clusters: [{name: c, cluster: {server: "https://second"}}]
users: [{name: u, user: {tokenFile: token}}]
contexts: [{name: one, context: {cluster: c, user: u}}]
`,
    );
    await write('second/token', 'from-second\n');
    const config = await loadKubeconfig([first, join(folder, 'missing'), second]);
    const access = contextAccess(config, null, { clock: systemClock, environment: {} });
    expect(access.name).toBe('one');
    expect(access.server.href).toBe('https://first/');
    expect((await access.credentials.present()).headers).toEqual({ authorization: 'Bearer from-second' });
  });

  it('takes what kubectl writes when a section is empty', async () => {
    const path = await write(
      'empty',
      'apiVersion: v1\nkind: Config\nclusters: null\ncontexts: null\nusers: null\npreferences: {}\n',
    );
    const config = await loadKubeconfig([path]);
    expect(() => contextAccess(config, null, { clock: systemClock, environment: {} })).toThrow('no current-context');
  });
});

describe('users', () => {
  const headersOf = async (user: string) => (await (await accessOf(kubeconfig(user))).credentials.present()).headers;

  it('present a token, also one that YAML takes for a number', async () => {
    expect(await headersOf('token: abc')).toEqual({ authorization: 'Bearer abc' });
    expect(await headersOf('token: 12345')).toEqual({ authorization: 'Bearer 12345' });
  });

  it('present name and password', async () => {
    expect(await headersOf('username: me, password: "p:w"')).toEqual({
      authorization: `Basic ${Buffer.from('me:p:w').toString('base64')}`,
    });
  });

  it('act for somebody else', async () => {
    expect(await headersOf('token: t, as: jane, as-groups: [a, b]')).toEqual({
      authorization: 'Bearer t',
      'impersonate-user': 'jane',
      'impersonate-group': ['a', 'b'],
    });
  });

  it('present the id token of a retired auth-provider, and say what to do when there is none', async () => {
    expect(await headersOf('auth-provider: {name: oidc, config: {id-token: x.y.z}}')).toEqual({
      authorization: 'Bearer x.y.z',
    });
    await expect(accessOf(kubeconfig('auth-provider: {name: gcp}'))).rejects.toThrow('Use an exec plug-in');
  });

  it('read a rotated token again once the server has refused the old one', async () => {
    const token = await write('token', 'old');
    const access = await accessOf(kubeconfig(`tokenFile: ${token}`));
    expect((await access.credentials.present()).headers).toEqual({ authorization: 'Bearer old' });
    await writeFile(token, 'new');
    expect(access.credentials.renew()).toBe(true);
    expect((await access.credentials.present()).headers).toEqual({ authorization: 'Bearer new' });
  });

  it('have nothing to renew when all they hold is in the file', async () => {
    expect((await accessOf(kubeconfig('token: t'))).credentials.renew()).toBe(false);
  });
});

describe('what is wrong is named with file, context, field and mend', () => {
  const cases: [string, string, RegExp][] = [
    [
      'an unknown context',
      kubeconfig('token: t').replace('current-context: here', 'current-context: there'),
      /context "there" is not defined\. Defined are: here/,
    ],
    [
      'an unknown cluster',
      kubeconfig('token: t').replace('cluster: c,', 'cluster: z,'),
      /context here: cluster "z" is not defined\. Defined are: c/,
    ],
    ['no server', kubeconfig('token: t', 'server: ""'), /context here: server is empty/],
    ['a server that is no URL', kubeconfig('token: t', 'server: "ftp://x"'), /server is no http\(s\) URL: ftp:\/\/x/],
    [
      'a SOCKS proxy',
      kubeconfig('token: t', 'server: "https://x", proxy-url: "socks5://p:1"'),
      /proxy-url must be an http/,
    ],
    [
      'data that is no PEM',
      kubeconfig('token: t', 'server: "https://x", certificate-authority-data: aGk='),
      /certificate-authority-data is not the base64 of a PEM/,
    ],
    [
      'a flag that is no flag',
      kubeconfig('token: t', 'server: "https://x", insecure-skip-tls-verify: "yes"'),
      /insecure-skip-tls-verify must be true or false/,
    ],
    ['broken YAML', 'contexts: [', /kubeconfig .*config: not valid YAML/],
    ['another file altogether', 'just text', /holds no mapping/],
    [
      'an exec plug-in of a version that is gone',
      kubeconfig('exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: x}'),
      /user u: exec\.apiVersion "client\.authentication\.k8s\.io\/v1alpha1" is not one of/,
    ],
    [
      'an exec plug-in that needs a terminal',
      kubeconfig('exec: {apiVersion: client.authentication.k8s.io/v1, command: x, interactiveMode: Always}'),
      /interactiveMode is Always/,
    ],
  ];
  it.each(cases)('%s', async (_what, text, message) => {
    await expect(accessOf(text)).rejects.toThrow(message);
    await expect(accessOf(text)).rejects.toThrow(join(folder, 'config'));
  });

  it('a certificate file that is not there', async () => {
    const access = await accessOf(kubeconfig('token: t', 'server: "https://x", certificate-authority: ca.crt'));
    await expect(access.authority()).rejects.toThrow(
      new RegExp(`context here: certificate-authority: cannot read ${join(folder, 'ca.crt')}`),
    );
  });

  it('no file at all', async () => {
    await expect(loadKubeconfig([join(folder, 'nowhere')])).rejects.toThrow('no kubeconfig found');
  });
});

describe('inside a pod', () => {
  it('takes address, authority, token and namespace of the service account', async () => {
    await write('token', 'first');
    await write('ca.crt', 'PEM');
    await write('namespace', 'tattle\n');
    const options = { name: 'in-cluster', host: '10.0.0.1', port: '6443', clock: systemClock, directory: folder };
    const access = await inClusterAccess(options);
    expect(access.server.href).toBe('https://10.0.0.1:6443/');
    expect(access.namespace).toBe('tattle');
    expect(await access.authority()).toBe('PEM');
    expect((await access.credentials.present()).headers).toEqual({ authorization: 'Bearer first' });
    const six = await inClusterAccess({ ...options, host: 'fd00::1', port: undefined });
    expect(six.server.href).toBe('https://[fd00::1]/');
  });

  it('says so when it is no pod, or the token is not mounted', async () => {
    const options = { name: 'in-cluster', host: undefined, port: undefined, clock: systemClock, directory: folder };
    await expect(inClusterAccess(options)).rejects.toThrow('KUBERNETES_SERVICE_HOST is not set');
    await expect(inClusterAccess({ ...options, host: '10.0.0.1' })).rejects.toThrow('automountServiceAccountToken');
  });
});
