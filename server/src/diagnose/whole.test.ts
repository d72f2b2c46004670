/** Every analyzer asked at once, as in an incident: of several that speak, the one that names the mechanism must win. */
import { describe, expect, it } from 'vitest';
import { ANALYZERS } from './analyzers/index.ts';
import { makeCase } from './testing/make-case.ts';
import { RARER_READINGS } from './testing/rarer-readings.ts';
import { PROGRAM_ENDS } from './testing/program-ends.ts';
import { RIVAL_READINGS } from './testing/rival-readings.ts';
import { crashing, diagnosed, ended, pod, RUNNING } from './testing/whole-diagnosis.ts';

describe('of several readings wins', () => {
  it.each(RIVAL_READINGS)('%s: %s', (_, cause, words, shape) => {
    const diagnosis = diagnosed(makeCase(shape));
    expect([diagnosis?.cause, diagnosis?.explanation]).toEqual([cause, expect.any(String)]);
    expect(diagnosis?.citations.map(({ text }) => text).join('\n')).toContain(words);
  });
});

describe('and of', () => {
  it.each(RARER_READINGS)('%s: %s', (_, causes, shape) => {
    const diagnosis = diagnosed(makeCase(shape));
    expect([causes].flat(), diagnosis?.explanation).toContain(diagnosis?.cause);
  });
});

describe('of a crash tells', () => {
  it.each(PROGRAM_ENDS)('%s: %s', (cause, words, lines) => {
    const diagnosis = diagnosed(makeCase(crashing(...lines)));
    expect([diagnosis?.cause, diagnosis?.explanation]).toEqual([cause, expect.any(String)]);
    expect(diagnosis?.citations.map(({ text }) => text).join('\n')).toContain(words);
  });
});

describe('a rollout', () => {
  const AT = Date.parse('2026-05-04T03:00:00Z');
  const broken = crashing('FATAL invalid value for TOKEN_TTL: "1h" is not a number');
  const env = {
    at: AT - 120_000,
    summary: 'env TOKEN_TTL changed from 3600 to 1h',
    diff: [{ field: 'env TOKEN_TTL', before: '3600', after: '1h' }],
    revision: 5,
  };

  it('that broke what worked comes first, its mechanism second, and an older change does not take its place', () => {
    const older = {
      at: AT - 1_500_000,
      summary: 'scaled from 2 to 3',
      diff: [{ field: 'replicas', before: '2', after: '3' }],
    };
    const diagnosis = diagnosed(makeCase({ ...broken, changes: [env, older] }));
    expect(diagnosis?.cause).toBe('rollout-regression');
    expect(diagnosis?.explanation).toContain('(revision 5)');
    expect(diagnosis?.also[0]?.cause).toBe('missing-configuration');
    expect(diagnosis?.changes[0]?.summary).toBe(env.summary);
  });

  it('of another workload just before is no regression of this one', () => {
    const object = { kind: 'Deployment', namespace: 'shop', name: 'billing', uid: 'b' };
    const diagnosis = diagnosed(makeCase({ ...broken, changes: [{ ...env, object }] }));
    expect(diagnosis?.cause).toBe('missing-configuration');
  });

  it('does not explain a dependency that went away by itself', () => {
    const lost = crashing('Error: connect ECONNREFUSED 10.96.0.12:6379');
    const replicas = {
      at: AT - 60_000,
      summary: 'scaled from 2 to 3',
      diff: [{ field: 'replicas', before: '2', after: '3' }],
    };
    expect(diagnosed(makeCase({ ...lost, changes: [replicas] }))?.cause).toBe('dependency-unreachable');
  });
});

describe('where nothing is known', () => {
  it('nothing is claimed', () => {
    expect(diagnosed(makeCase({}))?.cause ?? 'unknown').toBe('unknown');
    expect(diagnosed(makeCase({ condition: 'Unhealthy', pods: [{}] }))?.cause ?? 'unknown').toBe('unknown');
  });

  it('and nothing of pods that are well', () => {
    const well = pod([{ state: RUNNING, lastState: {}, ready: true, restarts: 0, log: ['ERROR one request failed'] }]);
    const done = pod([{ state: ended(0, 'Completed'), lastState: {}, restarts: 0, log: ['ERROR skipped a row'] }], {
      status: { phase: 'Succeeded' },
    });
    expect(diagnosed(makeCase({ pods: [well, done] }))?.cause ?? 'unknown').toBe('unknown');
  });
});

/** Kinds, as commands name them, that no namespace holds. */
const OF_THE_CLUSTER =
  /^(?:nodes?|persistentvolumes?|storageclass(?:es)?|priorityclasses|runtimeclasses|namespaces?|csinodes|csidrivers|volumeattachments|apiservices|validating\w+|mutating\w+|securitycontextconstraints|podsecuritypolicies|database)\b/;

describe('the commands of every finding', () => {
  const roots = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob', 'Pod', 'Database'];
  const change = {
    at: Date.parse('2026-05-04T02:58:00Z'),
    summary: 'image changed',
    diff: [{ field: 'image', before: 'a', after: 'b' }],
  };

  it.each(roots)('name things that are there, where the root is a %s', (kind) => {
    for (const [what, , , shape] of [
      ...RIVAL_READINGS,
      ...PROGRAM_ENDS.map(([, words, lines]) => [words, '', '', crashing(...lines)] as const),
    ]) {
      if (shape.root?.kind === 'Node') continue;
      const the = makeCase({ ...shape, root: { ...shape.root, kind }, changes: [change] });
      // An owner of the whole cluster, whose pods live in a namespace all the same.
      const root = kind === 'Database' ? { ...the.incident.root, namespace: '' } : the.incident.root;
      const incident = { ...the.incident, root, subject: the.pods[0]?.ref ?? the.incident.subject };
      const placed = { ...the, incident };
      const commands = ANALYZERS.flatMap((analyzer) => analyzer.analyze(placed)).flatMap((finding) => finding.commands);
      for (const command of [...commands, ...(diagnosed(placed)?.commands ?? [])]) {
        const [, place, verb = '', object = ''] =
          /^kubectl (-n \S+ |)(describe|get|logs|top|auth|rollout) (\S+)/.exec(command) ?? [];
        expect([what, command, verb]).not.toEqual([what, command, '']);
        const isOfAll = verb !== 'logs' && (OF_THE_CLUSTER.test(object) || / -A\b| -n \S+/.test(command.slice(7)));
        expect([what, command, place === '']).toEqual([what, command, isOfAll && !place?.startsWith('-n ')]);
        if (verb === 'rollout') expect(['Deployment', 'StatefulSet', 'DaemonSet']).toContain(kind);
        expect(command).not.toMatch(/undefined|null|\s$| {2}/);
      }
    }
  });
});
