/** The host and port that an error names, as the program was told them. */
import type { Dependency } from '../model/diagnosis.ts';

const HOST = '(\\[[0-9a-fA-F:.]{2,45}\\]|[A-Za-z0-9][\\w.-]{0,252})';
/** The phrases of clients, the more telling first; each names a host, most a port. */
const PHRASES: readonly RegExp[] = [
  /->(\[[0-9a-fA-F:.]{2,45}\]|[\w.-]{1,253}):(\d{1,5})/,
  new RegExp(`dial (?:tcp|udp|tcp4|tcp6):? ${HOST}:(\\d{1,5})`),
  /(?:ECONNREFUSED|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ECONNRESET|EPIPE) ([0-9A-Za-z_.:-]{1,253}):(\d{1,5})\b/,
  new RegExp(`server at "${HOST}"(?: \\([^)]{1,60}\\))?, port (\\d{1,5})`),
  new RegExp(`on host "${HOST}"[^"]{0,120}?port (\\d{1,5})`),
  /reach(?: the)? database server (?:at|running at) `([\w.-]{1,253})`?:`?(\d{1,5})`/,
  new RegExp(`host='${HOST}', port=(\\d{1,5})`),
  new RegExp(`host[=:] ?'?"?${HOST}[',"]{0,2} ?,? ?(?:user|database|port)[=:] ?"?(\\d{1,5})?`),
  new RegExp(`for "?${HOST}"? port (\\d{1,5})`),
  new RegExp(`(?:onnect(?:ing|ion)? to|onnect) ${HOST} (?:\\([^)]{1,80}\\) )?port (\\d{1,5})`),
  /[Cc]onnection to node -?\d+ \(([\w.-]{1,253})\/[^:)]{0,60}:(\d{1,5})\)/,
  new RegExp(`MySQL server on '${HOST}:(\\d{1,5})'`),
  new RegExp(`MySQL server on '${HOST}'`),
  new RegExp(`\\b[a-z][a-z0-9+.:-]{1,30}://(?:[^\\s/@]{0,200}@)?${HOST}(?::(\\d{1,5}))?`),
  /(?:^|[\s,:;([{"'=@])([A-Za-z0-9][\w.-]{0,252})\/(?:<unresolved>|\[?[0-9a-fA-F.:]{2,45}?\]?):(\d{1,5})\b/,
];
const PAIR = /(?:^|[\s,:;()[{"'`=@<])(\[[0-9a-fA-F:.]{2,45}\]|[A-Za-z0-9][\w.-]{0,252}):(\d{2,5})(?!\w|[.:]\d)/g;
const SOURCE_FILE =
  /\.(?:c|cc|cpp|cs|ex|exs|erl|go|java|js|jsx|kt|lua|m?ts|mjs|cjs|php|pl|pm|py|rb|rs|scala|sh|ya?ml|json|conf)$/i;
const NO_HOST = new Set([
  'line',
  'port',
  'error',
  'code',
  'status',
  'exit',
  'at',
  'char',
  'position',
  'errno',
  'pid',
  'thread',
]);

export function addressIn(words: string): Dependency | undefined {
  for (const phrase of PHRASES) {
    const found = phrase.exec(words);
    const dependency = found === null ? undefined : dependencyOf(found[1], found[2]);
    if (dependency !== undefined) return dependency;
  }
  for (const [, host, port] of words.matchAll(PAIR)) {
    const dependency = dependencyOf(host, port);
    if (dependency !== undefined) return dependency;
  }
  return undefined;
}

export function dependencyOf(host: string | undefined, port?: string): Dependency | undefined {
  if (host === undefined || port === '0') return undefined;
  const bare = host.replace(/^\[|\]$/g, '').replace(/[.:-]+$/, '');
  if (bare === '' || /^\d+$/.test(bare) || SOURCE_FILE.test(bare) || NO_HOST.has(bare.toLowerCase())) return undefined;
  const number = port === undefined ? null : Number(port);
  if (number !== null && number > 65_535) return undefined;
  return { host: bare, port: number };
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '0.0.0.0' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

export function addressText({ host, port }: Dependency): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return port === null ? name : `${name}:${port}`;
}
