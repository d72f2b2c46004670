/** Where a name leads, and whether one may go there: asked once, so that the connection uses the addresses that were judged. */
import { lookup as systemLookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { type AllowList, insideName } from './address-guard.ts';
import { describeFailure, rejectedOnAbort } from './connection-failure.ts';

export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

/** All addresses of a name. */
export type Resolve = (hostname: string) => Promise<readonly ResolvedAddress[]>;

export interface AddressGuardOptions {
  readonly allowList: AllowList;
  /** The system's resolver unless told. */
  readonly resolve?: Resolve;
}

export interface GuardedTarget {
  /** As `normalHost` writes it. */
  readonly host: string;
  readonly port: number;
  /** `host:port` of what environment or configuration files name: only this target may lie inside without the allow-list. */
  readonly trusted?: string;
}

/** `refused` can only be mended by a person; a `failure` may pass. Neither says any part of the target. */
type GuardedAddresses =
  | { readonly kind: 'addresses'; readonly addresses: readonly ResolvedAddress[] }
  | { readonly kind: 'refused'; readonly error: string }
  | { readonly kind: 'failure'; readonly error: string };

export type AddressGuard = (target: GuardedTarget, signal: AbortSignal) => Promise<GuardedAddresses>;

/** A literal is judged as it stands, without a resolver; a name by all that it resolves to. */
export function createAddressGuard(options: AddressGuardOptions): AddressGuard {
  const { allowList } = options;
  const resolve = options.resolve ?? ((hostname) => systemLookup(hostname, { all: true, order: 'verbatim' }));
  return async ({ host, port, trusted }, signal) => {
    const free = trusted === `${host}:${port}` || allowList.allowsHost(host, port);
    const inside = (address: string) => (free || allowList.allowsAddress(address) ? null : insideName(address));
    const bare = withoutBrackets(host);
    const family = isIP(bare);
    return family === 0 ? judgeName(bare, resolve, inside, signal) : judgeLiteral({ address: bare, family }, inside);
  };
}

/**
 * A host as URLs write it: decimal, octal, hexadecimal, short and full-width forms of an address become the plain one, IPv6
 * gets its brackets. Null when it is none. Two spellings of one host are one target, and nothing hides behind a spelling.
 */
export function normalHost(text: string): string | null {
  if (!/^[^\s/@?#\\]{1,255}$/.test(text)) return null;
  const host = isIP(text) === 6 ? `[${text}]` : text;
  if (!URL.canParse(`http://${host}/`)) return null;
  const url = new URL(`http://${host}/`);
  // A port that comes along is no part of a host; 80, which URLs leave out, neither.
  return url.port === '' && !/:\d*$/.test(host) ? url.hostname : null;
}

export function withoutBrackets(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}

/** Answers a connection's question with what was judged, so that a name cannot change its mind in between. */
export function pinned(addresses: readonly ResolvedAddress[]): LookupFunction {
  return (_hostname, options, callback) => {
    const wanted = addresses.filter(({ family }) => !options.family || options.family === family);
    const [first] = wanted;
    if (first === undefined) callback(Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), '', 0);
    else if (options.all) callback(null, [...wanted]);
    else callback(null, first.address, first.family);
  };
}

type Inside = (address: string) => string | null;

function judgeLiteral(literal: ResolvedAddress, inside: Inside): GuardedAddresses {
  const name = inside(literal.address);
  if (name === null) return { kind: 'addresses', addresses: [literal] };
  return { kind: 'refused', error: `the address is ${name}: add it to the allow-list if it is meant` };
}

async function judgeName(
  hostname: string,
  resolve: Resolve,
  inside: Inside,
  signal: AbortSignal,
): Promise<GuardedAddresses> {
  try {
    const addresses = await Promise.race([resolve(hostname), rejectedOnAbort(signal)]);
    if (addresses.length === 0) return { kind: 'failure', error: 'the host name has no address' };
    const name = addresses.map(({ address }) => inside(address)).find((found) => found !== null);
    if (name === undefined) return { kind: 'addresses', addresses };
    // A failure, not a refusal: names change, and the next try asks anew.
    return {
      kind: 'failure',
      error: `the host name leads to a ${name} address: add the host to the allow-list if meant`,
    };
  } catch (error) {
    return { kind: 'failure', error: describeFailure(error, signal) };
  }
}
