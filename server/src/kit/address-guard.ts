/** Says which addresses lead inside: what an outgoing request to a target from outside must never reach. */
import { BlockList, isIP, isIPv4 } from 'node:net';

/** IPv4 ranges that are not the public internet (IANA special-purpose registry), and what to call them. */
const INSIDE_IPV4: readonly (readonly [network: string, prefix: number, name: string])[] = [
  ['0.0.0.0', 8, 'unspecified'],
  ['10.0.0.0', 8, 'private'],
  ['100.64.0.0', 10, 'carrier-grade NAT'],
  ['127.0.0.0', 8, 'loopback'],
  ['169.254.0.0', 16, 'link-local or cloud metadata'],
  ['172.16.0.0', 12, 'private'],
  ['192.0.0.0', 24, 'reserved'],
  ['192.0.2.0', 24, 'documentation'],
  ['192.88.99.0', 24, 'reserved'],
  ['192.168.0.0', 16, 'private'],
  ['198.18.0.0', 15, 'benchmarking'],
  ['198.51.100.0', 24, 'documentation'],
  ['203.0.113.0', 24, 'documentation'],
  ['224.0.0.0', 4, 'multicast'],
  ['240.0.0.0', 4, 'reserved or broadcast'],
  // A public range on paper, the platform's own endpoint inside Azure.
  ['168.63.129.16', 32, 'cloud metadata'],
];

/** Within 2000::/3, the only range of public IPv6 addresses, these are not. */
const INSIDE_IPV6: readonly (readonly [network: string, prefix: number, name: string])[] = [
  ['2001::', 23, 'reserved or Teredo'],
  ['2001:db8::', 32, 'documentation'],
  ['2002::', 16, '6to4'],
  ['3fff::', 20, 'documentation'],
];

/**
 * Null for a public address, else the name of what it is. NAT64 (64:ff9b::/96) is judged by the IPv4 address in it, because
 * on an IPv6-only network every public name resolves to one. Anything that is no address at all is `not an address`.
 */
export function insideName(address: string): string | null {
  const family = isIP(address);
  if (family === 0) return 'not an address';
  if (family === 4) return insideIpv4(parseIpv4(address));
  if (address.includes('%')) return 'link-local';
  const groups = parseIpv6(address);
  return groups === null ? 'not an address' : insideIpv6(groups);
}

function insideIpv4(value: number): string | null {
  for (const [network, prefix, name] of INSIDE_IPV4) {
    const shift = 32 - prefix;
    if (Math.floor(value / 2 ** shift) === Math.floor(parseIpv4(network) / 2 ** shift)) return name;
  }
  return null;
}

function insideIpv6(groups: readonly number[]): string | null {
  const [first = 0, second = 0] = groups;
  const embedded = (groups[6] ?? 0) * 65_536 + (groups[7] ?? 0);
  const firstSixAre = (...wanted: number[]) => wanted.every((group, index) => groups[index] === group);
  if (firstSixAre(0, 0, 0, 0, 0, 0xffff)) return insideIpv4(embedded) ?? 'IPv4-mapped';
  if (firstSixAre(0x64, 0xff9b, 0, 0, 0, 0)) return insideIpv4(embedded);
  if (firstSixAre(0, 0, 0, 0, 0, 0)) return embedded === 1 ? 'loopback' : 'unspecified or IPv4-compatible';
  if ((first & 0xffc0) === 0xfe80) return 'link-local';
  if ((first & 0xfe00) === 0xfc00) return 'private';
  if ((first & 0xff00) === 0xff00) return 'multicast';
  if ((first & 0xe000) !== 0x2000) return 'reserved';
  for (const [network, prefix, name] of INSIDE_IPV6) {
    const [high = 0, low = 0] = parseIpv6(network) ?? [];
    const shift = 2 ** (32 - prefix);
    if (Math.floor((first * 65_536 + second) / shift) === Math.floor((high * 65_536 + low) / shift)) return name;
  }
  return null;
}

function parseIpv4(address: string): number {
  return address.split('.').reduce((value, part) => value * 256 + Number(part), 0);
}

/** The eight groups of a valid IPv6 address without zone. */
function parseIpv6(address: string): number[] | null {
  let text = address;
  const tail = text.slice(text.lastIndexOf(':') + 1);
  if (isIPv4(tail)) {
    const value = parseIpv4(tail);
    const groups = [Math.floor(value / 65_536), value % 65_536].map((group) => group.toString(16));
    text = text.slice(0, -tail.length) + groups.join(':');
  }
  const [head = '', rest] = text.split('::');
  const split = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)));
  const before = split(head);
  const after = rest === undefined ? [] : split(rest);
  const missing = 8 - before.length - after.length;
  if (missing < 0 || (rest === undefined && missing > 0)) return null;
  return [...before, ...Array<number>(missing).fill(0), ...after];
}

/** The targets inside that an operator allows: `host`, `host:port`, `[v6]:port`, `address/prefix`. */
export interface AllowList {
  /** By name as the URL writes it, whole, never a part of it. */
  allowsHost(host: string, port: number): boolean;
  allowsAddress(address: string): boolean;
}

/** Every entry that cannot be read is named in `errors`; the others stand. */
export function parseAllowList(entries: readonly string[]): { allowList: AllowList; errors: readonly string[] } {
  const hosts = new Set<string>();
  const networks = new BlockList();
  const errors: string[] = [];
  for (const entry of entries) {
    const [network = '', prefix] = entry.split('/');
    const family = isIP(network);
    if (
      prefix !== undefined &&
      family !== 0 &&
      /^\d{1,3}$/.test(prefix) &&
      Number(prefix) <= (family === 4 ? 32 : 128)
    ) {
      networks.addSubnet(network, Number(prefix), family === 4 ? 'ipv4' : 'ipv6');
    } else if (prefix === undefined && family !== 0) {
      networks.addAddress(network, family === 4 ? 'ipv4' : 'ipv6');
    } else {
      const host = prefix === undefined ? hostKey(entry) : null;
      if (host === null) errors.push(`"${entry}" is neither host, host:port, address nor address/prefix`);
      else hosts.add(host);
    }
  }
  return {
    allowList: {
      allowsHost: (host, port) => hosts.has(`${host}:*`) || hosts.has(`${host}:${port}`),
      allowsAddress: (address) => {
        const family = isIP(address);
        return family !== 0 && networks.check(address, family === 4 ? 'ipv4' : 'ipv6');
      },
    },
    errors,
  };
}

function hostKey(entry: string): string | null {
  if (!/^[^\s/@?#\\]+$/.test(entry) || !URL.canParse(`http://${entry}/`)) return null;
  const { hostname, port } = new URL(`http://${entry}/`);
  const saysPort = /:\d+$/.test(entry.replace(/^\[.*\]/, ''));
  return `${hostname}:${saysPort ? port || '80' : '*'}`;
}
