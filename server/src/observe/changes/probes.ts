/** What differs between the probes of two versions of a container, setting by setting. */
import { type Fields, fields, isFields, text } from '../../kit/fields.ts';
import type { FieldChange } from '../../model/change.ts';
import { differing } from './differing.ts';

const PROBES = [
  ['livenessProbe', 'liveness probe'],
  ['readinessProbe', 'readiness probe'],
  ['startupProbe', 'startup probe'],
] as const;

const TIMING = [
  ['initialDelaySeconds', 'initial delay'],
  ['periodSeconds', 'period'],
  ['timeoutSeconds', 'timeout'],
] as const;

const COUNTS = [
  ['successThreshold', 'success threshold'],
  ['failureThreshold', 'failure threshold'],
  ['terminationGracePeriodSeconds', 'termination grace period'],
] as const;

export function probeChanges(before: Fields, after: Fields, nameOf: (field: string) => string): readonly FieldChange[] {
  return PROBES.flatMap(([property, name]) => {
    const was = before[property];
    const is = after[property];
    // A probe that came, went or asks in another way is told as a whole.
    if (!isFields(was) || !isFields(is) || wayOf(was) !== wayOf(is)) {
      return differing(nameOf(name), summaryOf(was), summaryOf(is));
    }
    return settingChanges(was, is, (setting) => nameOf(`${name} ${setting}`));
  });
}

function settingChanges(before: Fields, after: Fields, nameOf: (setting: string) => string): readonly FieldChange[] {
  const target = (setting: string, read: (probe: Fields) => unknown) =>
    differing(nameOf(setting), read(before), read(after));
  return [
    ...target('path', (probe) => fields(probe['httpGet'])['path']),
    ...target('port', portOf),
    ...target('scheme', (probe) => fields(probe['httpGet'])['scheme']),
    ...target('host', (probe) => fields(probe['httpGet'])['host'] ?? fields(probe['tcpSocket'])['host']),
    ...target('headers', (probe) => fields(probe['httpGet'])['httpHeaders']),
    ...target('command', (probe) => fields(probe['exec'])['command']),
    ...target('service', (probe) => fields(probe['grpc'])['service']),
    ...TIMING.flatMap(([property, name]) => target(name, (probe) => seconds(probe[property]))),
    ...COUNTS.flatMap(([property, name]) => target(name, (probe) => probe[property])),
  ];
}

function wayOf(probe: Fields): string {
  return ['httpGet', 'tcpSocket', 'exec', 'grpc'].find((way) => isFields(probe[way])) ?? '';
}

function portOf(probe: Fields): unknown {
  return fields(probe[wayOf(probe)])['port'];
}

function seconds(value: unknown): string {
  const number = text(value);
  return number === '' ? '' : `${number}s`;
}

function summaryOf(probe: unknown): string {
  if (!isFields(probe)) return '';
  switch (wayOf(probe)) {
    case 'httpGet':
      return `GET ${text(fields(probe['httpGet'])['path']) || '/'} on port ${text(portOf(probe))}`;
    case 'tcpSocket':
      return `TCP port ${text(portOf(probe))}`;
    case 'grpc':
      return `gRPC port ${text(portOf(probe))}`;
    case 'exec':
      return JSON.stringify(fields(probe['exec'])['command'] ?? []);
    default:
      return 'without a way to ask';
  }
}
