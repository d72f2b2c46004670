/** One cluster: reachable, who it is, whether its clock agrees with ours, and what Tattle may do there. */
import type { IncomingMessage } from 'node:http';
import type { ClusterAccess } from '../../kube/access.ts';
import type { KubeFailure } from '../../kube/answer.ts';
import { KubeClient } from '../../kube/client.ts';
import { identifyCluster } from '../../kube/cluster-identity.ts';
import { Discovery } from '../../kube/discovery.ts';
import { Transport } from '../../kube/transport.ts';
import type { Clock } from '../../model/ports/process.ts';
import { VERSION } from '../version.ts';
import { type Check, fail, ok, warn } from './check.ts';
import { clockCheck } from './clock-check.ts';
import { permissionChecks } from './permission-check.ts';

const ANSWER_MS = 10_000;
const QUICKLY = { perSecond: 100, burst: 200 };
/** From here on a list comes as a stream, which spares the API server the memory of a page. */
const STREAMING_LIST_SINCE = 34;

export interface ClusterCheckParts {
  readonly access: ClusterAccess;
  /** As configured: what is to be watched. */
  readonly namespaces: 'all' | readonly string[];
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export async function clusterChecks(parts: ClusterCheckParts): Promise<readonly Check[]> {
  const { access, clock, signal } = parts;
  const name = `cluster ${access.name}`;
  const met = await meet(access, clock, signal);
  if (!met.ok) return [fail(name, `${access.server.host}: ${met.failure.message}`, mendOf(met.failure, access))];
  const client = new KubeClient({ access, clock, userAgent: `tattle/${VERSION}`, rateLimit: QUICKLY });
  try {
    const version = await new Discovery(client).version(signal);
    if (!version.ok) return [fail(name, version.failure.message, mendOf(version.failure, access))];
    const { text, minor } = version.value;
    const lists = minor >= STREAMING_LIST_SINCE ? 'lists as streams' : 'lists in pages (streams come with 1.34)';
    return [
      ok(name, `${access.server.host} answers: Kubernetes ${text}, ${lists}`),
      await identityCheck(client, access, name, signal),
      clockCheck(`${name} clock`, met.value),
      ...(await permissionChecks(client, `${name} permissions`, parts.namespaces, signal)),
    ];
  } finally {
    client.close();
  }
}

interface Met {
  /** The Date header, as it stands; empty without one. */
  readonly date: string;
  readonly askedAt: number;
  readonly answeredAt: number;
}

type Meeting = { readonly ok: true; readonly value: Met } | { readonly ok: false; readonly failure: KubeFailure };

async function meet(access: ClusterAccess, clock: Clock, signal: AbortSignal): Promise<Meeting> {
  const transport = new Transport({ access, clock, userAgent: `tattle/${VERSION}`, rateLimit: QUICKLY });
  try {
    const askedAt = clock.now();
    const call = { method: 'GET', path: '/version', accept: 'application/json', headersTimeoutMs: ANSWER_MS } as const;
    const answer = await transport.send({ ...call, signal });
    if (!answer.ok) return answer;
    const answeredAt = clock.now();
    const date = answer.value.headers.date ?? '';
    await drained(answer.value);
    return { ok: true, value: { date, askedAt, answeredAt } };
  } finally {
    transport.close();
  }
}

/** What it says is asked again by those who read it; the headers alone count here. */
function drained(response: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    response.once('close', resolve);
    response.once('error', () => resolve());
    response.resume();
  });
}

async function identityCheck(
  client: KubeClient,
  access: ClusterAccess,
  name: string,
  signal: AbortSignal,
): Promise<Check> {
  const identity = await identifyCluster(client, access.name, signal);
  if (!identity.ok) return fail(`${name} identity`, identity.failure.message, mendOf(identity.failure, access));
  if (identity.value.uid !== access.name) return ok(`${name} identity`, identity.value.uid);
  return warn(
    `${name} identity`,
    `the namespace kube-system may not be read, so that the name ${access.name} stands for the cluster`,
    'Allow "get" on the namespace kube-system, or keep this name: under another one it is another cluster.',
  );
}

function mendOf({ kind, code }: KubeFailure, { server }: ClusterAccess): string {
  if (code === 401 || kind === 'credentials') return 'Renew the token, certificate or login of this context.';
  if (code === 403) return 'Allow this user to get /version (ClusterRole system:public-info-viewer).';
  if (kind === 'tls') return 'Check certificate-authority, tls-server-name and the server of this context.';
  if (kind === 'refused')
    return `Nothing listens at ${server.host}: start the cluster, or correct the server of this context.`;
  return `Check that ${server.host} can be reached from here: name, network, firewall, proxy-url.`;
}
