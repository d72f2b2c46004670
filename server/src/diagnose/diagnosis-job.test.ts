import { describe, expect, it } from 'vitest';
import { ManualClock } from '../kit/clock.ts';
import { quiet } from '../kit/testing/quiet.ts';
import type { Diagnosis } from '../model/diagnosis.ts';
import type { ClaimedJob, Evidence, Incident, NewJob } from '../model/incident.ts';
import type { Analyzer } from './analyzer.ts';
import { ANALYZERS } from './analyzers/index.ts';
import { createDiagnosisHandler } from './diagnosis-job.ts';
import { evidenceOf } from './testing/evidence.ts';
import { makeCase } from './testing/make-case.ts';
import { objectCache } from './testing/object-cache.ts';

const { incident } = makeCase({});
const JOB: ClaimedJob = { id: 'j1', kind: 'diagnosis', incidentId: 'i1', key: 'k', runAt: 0, payload: {}, attempts: 0 };
const terminated = { exitCode: 1, reason: 'Error', finishedAt: '2026-05-04T02:59:20Z' };
const CRASH = [
  evidenceOf('spec', { spec: { containers: [{ name: 'app', image: 'a:1' }] } }),
  evidenceOf('status', {
    phase: 'Running',
    containerStatuses: [
      {
        name: 'app',
        ready: false,
        restartCount: 3,
        state: { waiting: { reason: 'CrashLoopBackOff' } },
        lastState: { terminated },
      },
    ],
  }),
  evidenceOf('log', '2026-05-04T02:59:19Z FATAL: connect ECONNREFUSED 10.96.0.12:6379\n', { container: 'app' }),
];

async function run(
  evidence: readonly Evidence[],
  more: { analyzers?: readonly Analyzer[]; incident?: Incident | null; before?: Diagnosis | null } = {},
) {
  const saved: Diagnosis[] = [];
  const woken: string[] = [];
  const queued: NewJob[] = [];
  const ears = quiet();
  const handler = createDiagnosisHandler({
    analyzers: more.analyzers ?? ANALYZERS,
    cache: objectCache([
      { kind: 'Service', name: 'cache', spec: { clusterIP: '10.96.0.12', selector: { app: 'cache' } } },
      { kind: 'Deployment', name: 'cache', spec: { template: { metadata: { labels: { app: 'cache' } } } } },
    ]),
    history: {
      incident: async () => (more.incident === undefined ? incident : more.incident),
      evidence: async () => evidence,
      strands: async () => [],
      diagnosis: async () => more.before ?? null,
    },
    queue: { enqueue: async (jobs) => void queued.push(...jobs) },
    store: { saveDiagnosis: async (diagnosis) => void saved.push(diagnosis) },
    clock: new ManualClock(5000),
    ...ears,
    onDiagnosed: (id) => woken.push(id),
  });
  const outcome = await handler.handle(JOB, new AbortController().signal);
  return { outcome, saved, woken, queued, ears, handler };
}

describe('a diagnosis job', () => {
  it('makes a notice where the cause is another one than before, and none where it is the same', async () => {
    const first = await run(CRASH);
    expect(first.queued).toMatchObject([{ kind: 'notice', payload: { kind: 'diagnosed' } }]);
    const again = await run(CRASH, { before: first.saved[0] ?? null });
    expect(again.saved).toHaveLength(1);
    expect(again.queued).toEqual([]);
  });

  it('saves what the evidence says, each citation as it stands there, and wakes who waits for it', async () => {
    const { outcome, saved, woken, handler } = await run(CRASH);
    expect(outcome).toEqual({ kind: 'done' });
    expect(saved).toMatchObject([{ incidentId: 'i1', cause: 'dependency-unreachable', by: 'dependency', at: 5000 }]);
    expect(saved[0]?.citations[0]).toEqual({
      evidenceId: 'log-app1000',
      text: 'FATAL: connect ECONNREFUSED 10.96.0.12:6379',
    });
    expect(woken).toEqual(['i1']);
    expect(handler.laneOf?.(JOB)).toBe('i1');
  });

  it('names the change of the workload behind a dependency', async () => {
    const object = { kind: 'Deployment', namespace: 'shop', name: 'cache', uid: '' };
    const at = new Date(incident.openedAt - 8000).toISOString();
    const change = {
      id: 'c',
      at,
      object,
      summary: 'scaled from 1 to 0',
      diff: [{ field: 'replicas', before: '1', after: '0' }],
      revision: null,
    };
    const { saved } = await run([...CRASH, evidenceOf('changes', [change])]);
    expect(saved[0]?.explanation).toContain('8 s before, Deployment cache was changed: scaled from 1 to 0.');
    expect(saved[0]?.citations.at(-1)).toEqual({ evidenceId: 'changes-1000', text: 'scaled from 1 to 0' });
    expect(saved[0]?.commands[0]).toBe('kubectl -n shop describe deployment cache');
    expect(saved[0]?.changes[0]?.summary).toBe('scaled from 1 to 0');
  });

  it('drops what no evidence bears out', async () => {
    const finding = { cause: 'taint', explanation: '', confidence: 0.9, nextSteps: [], commands: [] } as const;
    const liar: Analyzer = {
      name: 'liar',
      causes: ['taint'],
      analyze: () => [{ ...finding, citations: [{ evidenceId: 'log-app1000', text: 'never said' }] }],
    };
    const { outcome, saved, woken } = await run(CRASH, { analyzers: [liar] });
    expect([outcome.kind, saved, woken]).toEqual(['done', [], []]);
  });

  it('asks the others when one analyzer fails, and tells of it', async () => {
    const broken: Analyzer = {
      name: 'broken',
      causes: [],
      analyze: () => {
        throw new Error('a bug');
      },
    };
    const { saved, ears } = await run(CRASH, { analyzers: [broken, ...ANALYZERS] });
    expect(saved[0]?.cause).toBe('dependency-unreachable');
    expect(ears.counts.get('tattle_analyzer_failures_total{"analyzer":"broken"}')).toBe(1);
    expect(ears.lines[0]).toContain('a bug');
  });

  it('fails where its incident is gone', async () => {
    expect((await run(CRASH, { incident: null })).outcome).toMatchObject({ kind: 'failed' });
  });
});
