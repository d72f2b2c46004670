/** One host and port: whether its name is found and it takes a connection, over TLS with a certificate that can be trusted. */
import { lookup } from 'node:dns/promises';
import net from 'node:net';
import tls from 'node:tls';
import { insideName } from '../../kit/address-guard.ts';
import { pinned, type ResolvedAddress, withoutBrackets } from '../../kit/guarded-address.ts';
import type { ChannelTarget } from '../../notify/channels/target.ts';
import { messageOf } from './check.ts';

const CONNECT_MS = 5000;

export interface TargetLook {
  /** What was found, in a sentence that names host and port. */
  readonly detail: string;
  /** Empty where it takes connections. */
  readonly mend: string;
}

/** Rejects with the signal's reason only. `ca`: PEM to trust instead of the system's; empty where there is none. */
export async function reachTarget(target: ChannelTarget, ca: string, signal: AbortSignal): Promise<TargetLook> {
  const place = `${target.host}:${target.port}`;
  try {
    const found = await lookup(withoutBrackets(target.host), { all: true, order: 'verbatim' });
    if (found.length === 0) return { detail: `${place} has no address`, mend: 'Check its host name.' };
    const address = await connected(target, found, ca, signal);
    const inside = insideName(address);
    const where = inside === null ? address : `${address}, ${inside}: the configuration names it`;
    return { detail: `${place} takes connections (${where})`, mend: '' };
  } catch (error) {
    signal.throwIfAborted();
    return { detail: `${place} cannot be reached: ${messageOf(error)}`, mend: mendOf(error, place) };
  }
}

/** The address that took the connection, one of those that were found, as with deliveries. */
function connected(
  { host, port, isSecure }: ChannelTarget,
  found: readonly ResolvedAddress[],
  ca: string,
  signal: AbortSignal,
): Promise<string> {
  const name = withoutBrackets(host);
  return new Promise((resolve, reject) => {
    const options = { host: name, port, lookup: pinned(found) };
    const trust = { ...(ca === '' ? {} : { ca }), ...(net.isIP(name) === 0 ? { servername: name } : {}) };
    const socket = isSecure ? tls.connect({ ...options, ...trust }) : net.connect(options);
    const stop = () => socket.destroy(new Error('stopped'));
    const settle = (error: Error | null) => {
      signal.removeEventListener('abort', stop);
      const { remoteAddress = name } = socket;
      socket.destroy();
      if (error === null) resolve(remoteAddress);
      else reject(error);
    };
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    socket.setTimeout(CONNECT_MS, () => settle(new Error(`no answer within ${CONNECT_MS / 1000} s`)));
    socket.once(isSecure ? 'secureConnect' : 'connect', () => settle(null));
    socket.once('error', settle);
  });
}

function mendOf(error: unknown, place: string): string {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return 'Check its host name in the configuration, and the resolver of this machine.';
  if (code === 'ECONNREFUSED') return `Nothing listens at ${place}: correct its address, or start what should.`;
  if (/CERT|SIGNATURE|TLS|SSL|ALTNAME/.test(code))
    return 'Give the certificate that signed it as ca, or correct the host name.';
  return 'Check its address, and whether a firewall or a network policy is in between.';
}
