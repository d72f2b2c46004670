import { describe, expect, it } from 'vitest';
import { makeCase, words } from '../../testing/make-case.ts';
import { lifecycle } from './lifecycle.ts';

const COMMAND = ['/bin/sh', '-c', 'register || exit 3'];

function pod(hook: 'postStart' | 'preStop', state: object, more: object = {}) {
  return {
    spec: { containers: [{ name: 'app', lifecycle: { [hook]: { exec: { command: COMMAND } } } }] },
    status: { containerStatuses: [{ name: 'app', ready: false, state, lastState: {}, ...more }] },
  };
}

const LONG =
  'Exec lifecycle hook ([/bin/sh -c register || exit 3]) for Container "app" in Pod "api-1_shop(1)" failed - error: command \'/bin/sh -c register || exit 3\' exited with 3: , message: "no such service"';

describe('a lifecycle hook that fails', () => {
  it.each([
    [LONG, 'failed with exit code 3'],
    ['PostStartHook failed', 'failed, so the kubelet killed the container'],
  ])('after a start is told with its command: %s', (message, how) => {
    const state = { waiting: { reason: 'PostStartHookError', message } };
    const [finding, ...others] = lifecycle.analyze(
      makeCase({
        condition: 'PostStartHookError',
        pods: [pod('postStart', state)],
        events: [
          { reason: 'FailedPostStartHook', message },
          { reason: 'Killing', type: 'Normal', message: 'FailedPostStartHook' },
        ],
      }),
    );
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ cause: 'lifecycle-hook', confidence: 0.94 });
    expect(finding?.explanation).toContain(how);
    expect(finding?.explanation).toContain('register || exit 3');
    expect(words(finding)[0]).toBe(message);
    expect(words(finding)[1]).toContain('containers[app].lifecycle.postStart: {"exec"');
  });

  it('is known from the status alone', () => {
    const state = { waiting: { reason: 'PostStartHookError', message: LONG } };
    const [finding] = lifecycle.analyze(makeCase({ pods: [pod('postStart', state)] }));
    expect(words(finding)[0]).toContain('exited with 3');
  });

  it('before a stop matters where the incident is about it', () => {
    const events = [{ reason: 'FailedPreStopHook', message: 'PreStopHook failed' }];
    const pods = [pod('preStop', { running: {} })];
    expect(lifecycle.analyze(makeCase({ condition: 'FailedPreStopHook', pods, events }))[0]?.confidence).toBe(0.85);
    expect(lifecycle.analyze(makeCase({ pods, events }))[0]?.confidence).toBe(0.5);
  });
});

describe('the lifecycle analyzer stays silent', () => {
  it('for a hook whose container ended first', () => {
    const message = 'Exec lifecycle hook ([x]) for Container "app" in Pod "p" failed - error: container not running';
    const events = [{ reason: 'FailedPostStartHook', message }];
    expect(lifecycle.analyze(makeCase({ pods: [pod('postStart', {})], events }))).toEqual([]);
  });

  it('for a container that is ready since', () => {
    const pods = [pod('postStart', { running: {} }, { ready: true })];
    const events = [{ reason: 'FailedPostStartHook', message: 'PostStartHook failed' }];
    expect(lifecycle.analyze(makeCase({ condition: 'FailedMount', pods, events }))).toEqual([]);
  });

  it('for nothing at all', () => {
    expect(lifecycle.analyze(makeCase({}))).toEqual([]);
  });
});
