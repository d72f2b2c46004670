/** Signs of names that do not resolve. */
import { addressIn, dependencyOf } from '../log-address.ts';
import type { LogLine } from '../log-line.ts';
import { firstNamed, says, type Sign, withNext } from './sign.ts';

const NAMES: readonly RegExp[] = [
  /lookup ([\w.-]{1,253})(?: on |: )/,
  /(?:ENOTFOUND|EAI_AGAIN|EAI_NONAME|ESERVFAIL|EREFUSED|ENODATA) ([\w.-]{1,253})/,
  /(?:translate host name|resolve host(?:name)?|resolve|looking up host|getaddrinfo for host|server host) ["'`]([\w.-]{1,253})["'`]/i,
  /resolve host(?:name)?:? ([\w.-]{1,253})/i,
  /(?:UnknownHostException|unresolved address|UnresolvedAddressException): ([\w.-]{1,253})/,
  /host not found in upstream "([\w.-]{1,253})/,
  /bad address '([\w.-]{1,253})/,
  /can't find ([\w.-]{1,253}):/,
  /can't resolve '([\w.-]{1,253})'/,
  /(?:resolve|resolving) ([\w.-]{1,253}):\d{1,5}/,
  /onnecting to ([\w.-]{1,253}):\d{1,5}\. (?:Name|Temporary|No address)/,
  /host=['"`]?([A-Za-z][\w.-]{0,253})/,
  /\(([A-Za-z][\w.-]{0,252}):\d{1,5}\)/,
  /([A-Za-z][\w.-]{0,252}):\d{2,5}: (?:Temporary|Name|Try|No address)/,
  /Failed to resolve '([\w.-]{1,253})/,
  /([\w.-]{1,253}) could not be resolved/,
  /\b[a-z][a-z0-9+.-]{1,20}:\/\/(?:[^\s/@]{0,200}@)?([A-Za-z][\w.-]{0,252})/,
];

export const DNS_SIGN: Sign = {
  cause: 'dns-failure',
  kind: 'not-resolved',
  passes: true,
  find(line, around) {
    if (!says(line, NOT_RESOLVED) || says(line, ['ips san'])) return null;
    const name = firstNamed(line.text, NAMES) || firstNamed(withNext(around), NAMES);
    return {
      subject: /^(?:for|the|on|host|error)$/i.test(name) ? '' : name,
      dependency: name === '' ? undefined : portOf(name, line),
    };
  },
};

const NOT_RESOLVED = [
  ...[
    ' enotfound',
    "'enotfound",
    '"enotfound',
    'eai_again',
    'eai_noname',
    'no such host',
    'name or service not known',
    'unknownhostexception',
  ],
  ...['temporary failure in name resolution', 'name does not resolve', 'nodename nor servname', 'socket.gaierror'],
  ...['could not translate host name', 'could not resolve host', "couldn't resolve host", 'php_network_getaddresses'],
  ...[
    'failed to lookup address information',
    'host not found in upstream',
    'nxdomain',
    'servfail',
    'unresolvedaddress',
  ],
  ...[
    "can't resolve '",
    'unknown mysql server host',
    "bad address '",
    'could not be resolved (',
    "failed to resolve '",
  ],
  ...['no address associated with hostname', 'getaddrinfo: try again', 'gethostbyname', 'unresolved address'],
  ...['no resolvable bootstrap urls', "couldn't resolve server", 'dns resolution failed', 'querysrv e'],
  ['lookup ', 'server misbehaving'],
  ['lookup ', 'i/o timeout'],
  ['lookup ', ':53: '],
  ['dial', 'lookup ', 'connection refused'],
];

function portOf(name: string, line: LogLine): ReturnType<typeof dependencyOf> {
  const address = addressIn(line.text);
  return address?.host === name ? address : dependencyOf(name);
}
