/** Signs of dependencies that do not answer. */
import { addressIn } from '../log-address.ts';
import type { LogLine } from '../log-line.ts';
import { type Around, type Phrase, says, type Sign, withNext } from './sign.ts';

const reach = (kind: string, wanted: readonly Phrase[], more: Partial<Sign> = {}): Sign => ({
  cause: 'dependency-unreachable',
  kind,
  passes: true,
  ...more,
  find(line, around) {
    if (!says(line, wanted) || isOwnProbe(line)) return null;
    const dependency = addressIn(line.text) ?? addressIn(withNext(around)) ?? addressNearby(around);
    return { subject: dependency?.host ?? '', dependency };
  },
});

/** Some clients print where they connect to on one line, and how it went on another. */
function addressNearby({ lines, index }: Around): ReturnType<typeof addressIn> {
  const near = [1, 2, 3, 4, 5, 6, -3, -4, -5, -6].map((step) => lines[index - step]);
  for (const line of near) {
    if (line !== undefined && /connect|jdbc:|:\/\/|broker|server|upstream|timeout|waiting/.test(line.low)) {
      const address = addressIn(line.text);
      if (address !== undefined) return address;
    }
  }
  return undefined;
}

/** What a proxy or a program says of its own clients that hung up. */
function isOwnProbe({ low }: LogLine): boolean {
  return (
    low.includes('client prematurely closed') ||
    low.includes('reset by peer) while reading client request') ||
    low.includes('could not receive data from client') ||
    low.includes('unexpected eof on client')
  );
}

const NETWORK_WORDS = [
  'dial ',
  'connect',
  'grpc',
  'rpc error',
  'http',
  'tcp',
  'read ',
  'broker',
  'server',
  'request',
  'query',
  'database',
  'redis',
  'upstream',
];
const about = (words: string): readonly (readonly string[])[] => NETWORK_WORDS.map((word) => [words, word]);

export const REACH_SIGNS: readonly Sign[] = [
  reach('refused', [
    ...[
      'connection refused',
      'econnrefused',
      'connectionrefused',
      'net.connectexception',
      'actively refused',
      'errno 111',
      'os error 111',
      'error 111 ',
      "couldn't connect to server",
    ],
    ...[
      "can't connect to mysql server",
      "can't connect to server on",
      'unable to connect to the server:',
      "can't reach database server",
      'unabletoconnect on',
      'no route to host',
      ':econnrefused',
    ],
    ...[
      'ehostunreach',
      'enetunreach',
      'network is unreachable',
      'host is unreachable',
      'no listener',
      'noroutetohostexception',
      'failed to establish a new connection',
    ],
    ['connection to ', ' refused'],
    ['failed to connect to ', ':'],
    ['(111)', 'connect'],
  ]),
  reach('timeout', [
    ...[
      'etimedout',
      'connection timed out',
      'connect timed out',
      'connecttimeout',
      'connection timeout',
      'timed out trying to connect',
      'esockettimedout',
      'dial timeout',
    ],
    ...[
      'connection attempt timed out',
      'tls handshake timeout',
      'server selection timed out',
      'serverselectionerror',
      'timed out while waiting for a server',
      'sockettimeoutexception',
      'no response from',
    ],
    ...[
      'i/o timeout',
      'awaiting headers',
      'ora-12170',
      'connecttimeoutexception',
      'timeout expired while connecting',
      'read timed out',
      'upstream request timeout',
      'errno 110',
      'os error 110',
    ],
    ...[
      'timed out after',
      'timeout occurred after waiting',
      '- no response',
      'connection is not available, request timed out',
      'timed out waiting for a node',
      'connection timed out after',
    ],
    ['timed out', 'upstream'],
    ['timeout', 'waiting for', ':'],
  ]),
  reach('timeout', about('context deadline exceeded'), { weight: -1, atMost: 0.82 }),
  reach('timeout', about('deadlineexceeded'), { weight: -1, atMost: 0.82 }),
  reach('reset', [
    ...[
      'connection reset',
      'econnreset',
      'broken pipe',
      'epipe',
      'socket hang up',
      'server closed the connection unexpectedly',
      'connection closed by peer',
      'mysql server has gone away',
    ],
    ...[
      'lost connection to mysql',
      'connection terminated unexpectedly',
      'connection is closed.',
      'remote end closed connection',
      'remotedisconnected',
      'connection lost',
      'server disconnected',
    ],
    ...[
      'socket closed abruptly',
      'connection aborted',
      'upstream prematurely closed',
      'unexpected eof while connecting',
    ],
  ]),
  reach(
    'no-server',
    [
      ...[
        'nobrokersavailable',
        'run out of available brokers',
        'could not be established. broker may not',
        'communications link failure',
        'no live upstreams',
        'no healthy upstream',
        'nonodeavailable',
      ],
      ...[
        'no servers available',
        'no available servers',
        'could not connect to server',
        'cannotconnecterror',
        'cannot connect to amqp',
        'amqpconnectionerror',
        'amqpconnectorexception',
        'noserveravailable',
      ],
      ...[
        'upstream connect error',
        'redisconnectionexception',
        'unable to connect to redis',
        'it was not possible to connect',
        'error occurred while establishing a connection to sql server',
        'coordinator not available',
      ],
      ...[
        'code = unavailable',
        'statuscode.unavailable',
        '14 unavailable',
        'failed to connect to `host=',
        'failed to connect to all addresses',
        'failed to connect to /',
        'cannot connect to the docker daemon',
      ],
      ...[
        'brokertransportfailure',
        '_all_brokers_down',
        'all broker connections are down',
        'connection_refused',
        'bootstrap broker',
        'could not open connection to',
        'no connection to server',
        'connection error: desc =',
      ],
      ...[
        'mongoservererror: connection',
        'mongonetworkerror',
        'failed to connect to database',
        'could not connect to database',
        'cannot connect to database',
        'could not connect to the database',
        'failed to connect to the database',
        'cannot connect to the database',
        'unable to connect to database',
        'unable to connect to the database',
      ],
      ...[
        'database is not available',
        'the database system is starting up',
        'master_link_status',
        'masterdown',
        'failed to connect to broker',
        'kafka server unavailable',
      ],
      ['ora-12541'],
      ['ora-12514'],
    ],
    { weight: -0.4 },
  ),
  reach(
    'upstream-error',
    [
      ['502 bad gateway', 'for url'],
      ['503 service unavailable', 'request'],
      ['503 service unavailable', 'http'],
      ['502 bad gateway', 'http'],
      ['504 gateway', 'http'],
      ...[
        '503 server error',
        '502 server error',
        '504 server error',
        'status code 502',
        'status code 503',
        'status code 504',
        'indicate success: 502',
        'indicate success: 503',
        'indicate success: 504',
      ],
      ...[
        'httpserverexception: 50',
        'serviceunavailable: 503',
        'badgateway: 502',
        'gatewaytimeout: 504',
        'returned 502',
        'returned 503',
        'returned 504',
        'responded with 503',
        'responded with 502',
        'responded with 504',
      ],
    ],
    { weight: -1, atMost: 0.85 },
  ),
];
