import { describe, expect, it } from 'vitest';
import { makeCase, words } from '../../testing/make-case.ts';
import { unexplained } from './unexplained.ts';

describe('what is unexplained', () => {
  it('tells the condition, since when, the exit code and the newest warning', () => {
    const message = 'Back-off restarting failed container app in pod api-1_shop(uid)';
    const finding = unexplained.analyze(
      makeCase({
        pods: [
          {
            name: 'api-1',
            status: {
              phase: 'Running',
              containerStatuses: [{ name: 'app', lastState: { terminated: { exitCode: 3, reason: 'Error' } } }],
            },
          },
        ],
        events: [
          { reason: 'DNSConfigForming', message: 'Nameserver limits were exceeded' },
          { reason: 'Pulled', message: 'Container image already present', type: 'Normal' },
          { reason: 'BackOff', message },
        ],
        changes: [{ summary: 'image changed from app:1 to app:2' }],
      }),
    )[0];
    expect(finding).toMatchObject({ cause: 'unknown', confidence: 0.1 });
    expect(finding?.explanation).toContain('CrashLoopBackOff holds on Deployment shop/api since 2026-05-04 03:00 UTC');
    expect(finding?.explanation).toContain('container app last ended with exit code 3; the latest event says');
    expect(words(finding)).toEqual([
      message,
      'containerStatuses[app].lastState.terminated.exitCode: 3',
      'phase: Running',
    ]);
    expect(finding?.nextSteps.at(-1)).toContain('image changed from app:1 to app:2');
    expect(finding?.commands[0]).toBe('kubectl -n shop logs api-1 -c app --previous');
  });

  it('tells what the log ends with, where no line of it is the sign of a cause', () => {
    const lines = [
      '{"level":"info","msg":"starting"}',
      'ERROR cannot go on: lock file "postmaster.pid" already exists',
      'INFO bye',
      '---',
    ];
    const status = {
      phase: 'Failed',
      containerStatuses: [{ name: 'app', state: { terminated: { exitCode: 1, reason: 'Error' } } }],
    };
    const finding = unexplained.analyze(makeCase({ pods: [{ name: 'api-1', status, logs: { app: lines } }] }))[0];
    expect(words(finding)[0]).toBe(lines[1]);
    expect(finding?.explanation).toContain('the log of container app ends with “ERROR cannot go on: lock file');
    // It was not started again: there is no log of a run before.
    expect(finding?.commands[0]).toBe('kubectl -n shop logs api-1 -c app');
    const quiet = unexplained.analyze(makeCase({ pods: [{ status, logs: { app: ['INFO one', 'INFO two'] } }] }))[0];
    expect(words(quiet)[0]).toBe('INFO two');
  });

  it('cites a status where there is no event', () => {
    const finding = unexplained.analyze(makeCase({ objects: [{ kind: 'Job', status: { phase: 'x' } }] }))[0];
    expect(words(finding)).toEqual(['phase: x']);
  });

  it('stays silent where there is nothing to cite, and once it is over', () => {
    expect(unexplained.analyze(makeCase({}))).toEqual([]);
    const over = makeCase({ events: [{ reason: 'BackOff', message: 'x' }] });
    expect(unexplained.analyze({ ...over, incident: { ...over.incident, state: 'resolved' } })).toEqual([]);
  });
});
