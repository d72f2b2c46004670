/** A probe as the spec sets it: what it asks, and how long it bears with no answer. */
import { count, type Fields, fields, isFields, objects, text } from '../../../kit/fields.ts';
import type { ContainerCase } from '../../case.ts';
import type { ProbeKind } from './probe-events.ts';

export interface ProbeSettings {
  /** `GET /ready on port 8080`, `a TCP connection to port 9000`, `the command cat /tmp/ok`. */
  readonly asks: string;
  readonly port: number | undefined;
  readonly path: string;
  readonly scheme: string;
  readonly isCommand: boolean;
  readonly initialDelay: number;
  readonly period: number;
  readonly timeout: number;
  readonly failures: number;
}

export function probeOf({ spec }: Pick<ContainerCase, 'spec'>, kind: ProbeKind): Fields | undefined {
  const probe = spec[`${kind}Probe`];
  return isFields(probe) ? probe : undefined;
}

/** With the defaults of the API where a field is left out. */
export function settingsOf(container: ContainerCase, kind: ProbeKind): ProbeSettings | undefined {
  const probe = probeOf(container, kind);
  if (probe === undefined) return undefined;
  const http = fields(probe['httpGet']);
  const command = fields(probe['exec'])['command'];
  const target = portOf(probe);
  return {
    asks: asks(probe, String(target)),
    port: portNumber(container.spec, target),
    path: text(http['path'], 300) || '/',
    scheme: text(http['scheme'], 16).toUpperCase() || 'HTTP',
    isCommand: Array.isArray(command),
    initialDelay: count(probe['initialDelaySeconds']),
    period: count(probe['periodSeconds'], 10) || 10,
    timeout: count(probe['timeoutSeconds'], 1) || 1,
    failures: count(probe['failureThreshold'], 3) || 3,
  };
}

function portOf(probe: Fields): string | number {
  for (const kind of ['httpGet', 'tcpSocket', 'grpc'] as const) {
    const { port } = fields(probe[kind]);
    if (typeof port === 'number') return port;
    if (typeof port === 'string') return text(port, 64);
  }
  return '';
}

function portNumber(spec: Fields, target: string | number): number | undefined {
  if (typeof target === 'number') return target;
  const named = objects(spec['ports']).find(({ name }) => name === target);
  const port = count(named?.['containerPort'] ?? target, 0);
  return port > 0 ? port : undefined;
}

function asks(probe: Fields, port: string): string {
  const http = probe['httpGet'];
  if (isFields(http))
    return `${text(http['scheme'], 16) || 'HTTP'} GET ${text(http['path'], 300) || '/'} on port ${port}`;
  if (isFields(probe['tcpSocket'])) return `a TCP connection to port ${port}`;
  if (isFields(probe['grpc'])) return `the gRPC health service on port ${port}`;
  const { command } = fields(probe['exec']);
  if (!Array.isArray(command)) return 'an answer';
  return `the command \`${command
    .map((word) => text(word, 200))
    .join(' ')
    .slice(0, 300)}\``;
}

/** `initialDelaySeconds 2 s + failureThreshold 2 × periodSeconds 3 s = 8 s`. */
export function patience({ initialDelay, failures, period }: ProbeSettings): string {
  return `initialDelaySeconds ${initialDelay} s + failureThreshold ${failures} × periodSeconds ${period} s = ${initialDelay + failures * period} s`;
}
