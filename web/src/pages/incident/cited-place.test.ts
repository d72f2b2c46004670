import { describe, expect, it } from 'vitest';
import { citedLines, citedPointer } from './cited-place.ts';

describe('words cited from a log', () => {
  it('are found on the line that holds them', () => {
    expect(citedLines('start\n2026 FATAL: no URL\nbye\n', 'FATAL: no URL')).toEqual({ from: 1, to: 1 });
  });

  it('are found where they were said last', () => {
    expect(citedLines('no\nyes\nno\n', 'no')).toEqual({ from: 2, to: 2 });
  });

  it('may go over several lines', () => {
    expect(citedLines('a\nTraceback\n  at x\nb', 'Traceback\n  at x')).toEqual({ from: 1, to: 2 });
  });

  it('are not found where they do not stand', () => {
    expect(citedLines('a\nb', 'c')).toBeNull();
    expect(citedLines('a\nb', '')).toBeNull();
  });
});

describe('words cited from an object', () => {
  const spec = {
    spec: {
      containers: [
        { name: 'side', resources: { limits: { memory: '1Gi' } } },
        { name: 'app', resources: { limits: { memory: '24Mi' } }, livenessProbe: { tcpSocket: { port: 9000 } } },
      ],
      nodeSelector: { 'kubernetes.io/arch': 'arm64' },
    },
  };

  it('are found by their path, lists by the names of their entries', () => {
    expect(citedPointer('spec', spec, 'containers[app].resources.limits.memory: 24Mi')).toEqual([
      ...['spec', 'containers', 1, 'resources', 'limits', 'memory'],
    ]);
  });

  it('may be a whole object, and may be cut', () => {
    expect(citedPointer('spec', spec, 'containers[app].livenessProbe: {"tcpSocket":{"po')).toEqual([
      ...['spec', 'containers', 1, 'livenessProbe'],
    ]);
  });

  it('are found below keys that hold dots', () => {
    expect(citedPointer('spec', spec, 'nodeSelector.kubernetes.io/arch: arm64')).toEqual([
      ...['spec', 'nodeSelector', 'kubernetes.io/arch'],
    ]);
  });

  it('are found in lists by type and by index, with numbers and truths as values', () => {
    const status = { conditions: [{ type: 'Ready', status: 'False' }], restarts: [3], ready: false };
    expect(citedPointer('status', status, 'conditions[Ready].status: False')).toEqual(['conditions', 0, 'status']);
    expect(citedPointer('status', status, 'restarts[0]: 3')).toEqual(['restarts', 0]);
    expect(citedPointer('status', status, 'ready: false')).toEqual(['ready']);
  });

  it('are found as the message of an event, quotes and all', () => {
    const events = [{ message: 'other' }, { message: ' secret "tls" not found\nmore' }];
    expect(citedPointer('events', events, 'secret "tls" not found')).toEqual([1, 'message']);
  });

  it('are not found where the value is another, or the body is broken', () => {
    expect(citedPointer('spec', spec, 'containers[app].resources.limits.memory: 48Mi')).toBeNull();
    expect(citedPointer('spec', undefined, 'a: b')).toBeNull();
    expect(citedPointer('spec', 'text', 'no colon')).toBeNull();
    expect(citedPointer('status', {}, '')).toBeNull();
  });
});
