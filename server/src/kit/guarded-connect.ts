/** The way out for what speaks no HTTP: a TCP connection to an address that was judged, bounded in time. TLS is its owner's. */
import { connect as tcpConnect, type Socket } from 'node:net';
import { describeFailure } from './connection-failure.ts';
import {
  type AddressGuardOptions,
  createAddressGuard,
  type GuardedTarget,
  pinned,
  withoutBrackets,
} from './guarded-address.ts';

/** The socket is connected and its caller's to close. No text holds any part of the target. */
export type GuardedConnection =
  | { readonly kind: 'connected'; readonly socket: Socket }
  | { readonly kind: 'refused'; readonly error: string }
  | { readonly kind: 'failure'; readonly error: string };

/** The signal ends the attempt to connect; a connected socket no longer heeds it. */
export type GuardedConnect = (target: GuardedTarget, signal: AbortSignal) => Promise<GuardedConnection>;

export function createGuardedConnect(options: AddressGuardOptions): GuardedConnect {
  const guard = createAddressGuard(options);
  return async (target, signal) => {
    if (signal.aborted) return { kind: 'failure', error: describeFailure(null, signal) };
    const found = await guard(target, signal);
    if (found.kind !== 'addresses') return found;
    return new Promise((resolve) => {
      const socket = tcpConnect({
        host: withoutBrackets(target.host),
        port: target.port,
        lookup: pinned(found.addresses),
      });
      const fail = (error: unknown) => {
        signal.removeEventListener('abort', fail);
        socket.destroy();
        resolve({ kind: 'failure', error: describeFailure(error, signal) });
      };
      signal.addEventListener('abort', fail, { once: true });
      // Before the guard was done it may have been told to stop: an event that has passed is not heard.
      if (signal.aborted) fail(null);
      socket.once('error', fail);
      socket.once('connect', () => {
        signal.removeEventListener('abort', fail);
        // An error that comes before its caller listens must not end the process: the listener stays, and 'close' tells the caller.
        resolve({ kind: 'connected', socket });
      });
    });
  };
}
