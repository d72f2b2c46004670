/** Channels: whether each one's host is found and takes a connection. Nothing is sent. */
import { lookup } from 'node:dns/promises';
import net from 'node:net';
import tls from 'node:tls';
import { insideName } from '../../kit/address-guard.ts';
import { type Check, fail, messageOf, ok, skipped } from './check.ts';

const CONNECT_MS = 5000;

/** Settings as the configuration holds them, already checked by their kind. */
export async function channelChecks(channels: readonly unknown[], signal: AbortSignal): Promise<readonly Check[]> {
  if (channels.length === 0)
    return [skipped('channels', 'none is configured', 'Without one nobody is told of anything.')];
  return Promise.all(channels.map((settings) => channelCheck(settings, signal)));
}

async function channelCheck(settings: unknown, signal: AbortSignal): Promise<Check> {
  const name = `channel ${textOf(settings, 'name')}`;
  const address = textOf(settings, 'url');
  if (!URL.canParse(address)) return ok(name, 'its settings are valid; it has no address to connect to');
  const url = new URL(address);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // Never the path: in webhooks that is the secret.
  const target = url.host;
  try {
    const [found] = await lookup(host, { all: true, order: 'verbatim' });
    if (found === undefined) return fail(name, `${target} has no address`, 'Check the host name in its url.');
    await reach(url, host, found.address, textOf(settings, 'ca'), signal);
    const inside = insideName(found.address);
    const where = inside === null ? found.address : `${found.address}, ${inside}: the configuration names it`;
    return ok(name, `${target} takes connections (${where}); nothing was sent`);
  } catch (error) {
    signal.throwIfAborted();
    return fail(name, `${target} cannot be reached: ${messageOf(error)}`, mendOf(error, target));
  }
}

/** Connected by the address that was found, as deliveries are; over TLS its certificate is checked, too. */
function reach(url: URL, servername: string, address: string, ca: string, signal: AbortSignal): Promise<void> {
  const isSecure = url.protocol === 'https:';
  const port = url.port === '' ? (isSecure ? 443 : 80) : Number(url.port);
  return new Promise((resolve, reject) => {
    const options = { host: address, port };
    const trust = { ...(ca === '' ? {} : { ca }), ...(net.isIP(servername) === 0 ? { servername } : {}) };
    const socket = isSecure ? tls.connect({ ...options, ...trust }) : net.connect(options);
    const stop = () => socket.destroy(new Error('stopped'));
    const settle = (error: Error | null) => {
      signal.removeEventListener('abort', stop);
      socket.destroy();
      if (error === null) resolve();
      else reject(error);
    };
    signal.addEventListener('abort', stop, { once: true });
    socket.setTimeout(CONNECT_MS, () => settle(new Error(`no answer within ${CONNECT_MS / 1000} s`)));
    socket.once(isSecure ? 'secureConnect' : 'connect', () => settle(null));
    socket.once('error', settle);
  });
}

function mendOf(error: unknown, target: string): string {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return 'Check the host name in its url, and the resolver of this machine.';
  if (code === 'ECONNREFUSED') return `Nothing listens at ${target}: check its url, or start what should.`;
  if (/CERT|SIGNATURE|TLS|SSL|ALTNAME/.test(code))
    return 'Give the certificate that signed it as ca, or correct the host name.';
  return 'Check its url, and whether a firewall or a network policy is in between.';
}

function textOf(settings: unknown, member: string): string {
  const value =
    typeof settings === 'object' && settings !== null
      ? (settings as Readonly<Record<string, unknown>>)[member]
      : undefined;
  return typeof value === 'string' ? value : '';
}
