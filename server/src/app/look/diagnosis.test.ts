import { execFileSync } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WireIncident, WireIncidentPage } from '@tattle/contract';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Diagnosed, diagnoseClusters, diagnoseRecording, type DiagnosisOptions } from './diagnosis.ts';
import { scratchFolder, simulatedKubeconfig, STATES } from './testing/simulated-kubeconfig.ts';

const TIMEOUT = 90_000;

function options(changes: Partial<DiagnosisOptions>): DiagnosisOptions {
  return { env: {}, signal: new AbortController().signal, namespaces: 'all', forSeconds: 30, ...changes };
}

async function diagnosed(changes: Partial<DiagnosisOptions>): Promise<Diagnosed> {
  const answer = await diagnoseClusters(options(changes));
  if (answer.kind !== 'diagnosed') throw new Error(`it is ${answer.kind}: ${answer.detail}`);
  // Also where an expectation fails before the test closes it.
  onTestFinished(() => answer.diagnosed.close());
  return answer.diagnosed;
}

async function incidents({ api }: Diagnosed): Promise<readonly WireIncident[]> {
  const { body } = await api.request('GET', '/api/v1/incidents?limit=100&state=open');
  return (JSON.parse(body) as WireIncidentPage).items;
}

/** Where the command makes its directories, alone. */
async function ownTemporaryFolder(): Promise<string> {
  const folder = await scratchFolder();
  // PostgreSQL runs as another user where this one is root.
  await mkdir(folder, { recursive: true });
  execFileSync('chmod', ['755', folder]);
  vi.stubEnv('TMPDIR', folder);
  onTestFinished(() => void vi.unstubAllEnvs());
  return folder;
}

describe('a diagnosis of a cluster', () => {
  it('finds what is wrong and why, and leaves nothing behind', { timeout: TIMEOUT }, async () => {
    const { kubeconfig } = await simulatedKubeconfig();
    const temporary = await ownTemporaryFolder();
    const found = await diagnosed({ kubeconfig: [kubeconfig], object: { kind: 'Deployment', name: 'cart-api' } });
    const causes = new Map((await incidents(found)).map(({ title, diagnosis }) => [title, diagnosis?.cause]));
    expect(causes.get('CrashLoopBackOff: Deployment checkout/cart-api')).toBe('missing-configuration');
    // Only in the state of the object, in no event.
    expect(causes.get('OOMKilled: Deployment media/thumbnailer')).toBe('memory-limit-too-low');
    expect(found).toMatchObject({ notes: [], isObjectThere: true, now: null });
    expect(await readdir(temporary)).not.toEqual([]);
    await found.close();
    expect(await readdir(temporary)).toEqual([]);
  });

  it('looks at the named namespaces, and knows what is not there', { timeout: TIMEOUT }, async () => {
    const { kubeconfig } = await simulatedKubeconfig();
    const object = { kind: 'Deployment', name: 'crat-api' };
    const found = await diagnosed({ kubeconfig: [kubeconfig], namespaces: ['media'], object });
    const roots = (await incidents(found)).map(({ root }) => root.namespace).filter((name) => name !== '');
    expect(new Set(roots)).toEqual(new Set(['media']));
    expect(found.isObjectThere).toBe(false);
    await found.close();
  });

  it('says what it may not see, instead of calling it well', { timeout: TIMEOUT }, async () => {
    const { kubeconfig } = await simulatedKubeconfig({
      faults: [
        { effect: { kind: 'denied' }, resource: 'deployments.apps' },
        { effect: { kind: 'denied' }, resource: 'nodes' },
      ],
    });
    const found = await diagnosed({ kubeconfig: [kubeconfig], object: { kind: 'Deployment', name: 'none' } });
    const notes = found.notes.join('\n');
    expect(notes).toContain('apps/v1/deployments is denied');
    expect(notes).toContain('v1/nodes is denied');
    expect(notes).toContain('tattle doctor');
    expect(found.isObjectThere).toBeNull();
    await found.close();
  });

  it('answers where everything is denied or nobody is there, and leaves nothing', { timeout: TIMEOUT }, async () => {
    const denying = await simulatedKubeconfig({ faults: [{ effect: { kind: 'denied' } }] });
    const temporary = await ownTemporaryFolder();
    const denied = await diagnoseClusters(options({ kubeconfig: [denying.kubeconfig], forSeconds: 5 }));
    expect(denied.kind).toBe('denied');
    await denying.cluster.close();
    const away = await diagnoseClusters(options({ kubeconfig: [denying.kubeconfig], forSeconds: 2 }));
    expect(away).toMatchObject({ kind: 'unreachable', detail: expect.stringContaining('simulated') });
    expect(await readdir(temporary)).toEqual([]);
  });

  it('tells what was not listed in time', { timeout: TIMEOUT }, async () => {
    const { kubeconfig } = await simulatedKubeconfig({
      faults: [{ effect: { kind: 'slow', delayMs: 20_000 }, resource: 'jobs.batch' }],
    });
    const found = await diagnosed({ kubeconfig: [kubeconfig], forSeconds: 3 });
    expect(found.notes.join('\n')).toContain('batch/v1/jobs was not seen in time');
    // They wait for the objects.
    expect(found.notes.join('\n')).toContain('Events were not seen in time');
    await found.close();
  });

  it.each([100, 1500, 3500])(
    'stops after %i ms when it is told to, and cleans up',
    { timeout: TIMEOUT },
    async (ms) => {
      const { kubeconfig } = await simulatedKubeconfig({ faults: [{ effect: { kind: 'silence' }, resource: 'pods' }] });
      const temporary = await ownTemporaryFolder();
      const signal = AbortSignal.timeout(ms);
      await expect(diagnoseClusters(options({ kubeconfig: [kubeconfig], signal }))).rejects.toThrow();
      expect(await readdir(temporary)).toEqual([]);
    },
  );
});

describe('a diagnosis of a recording', () => {
  it('tells what was wrong at its end', { timeout: TIMEOUT }, async () => {
    const temporary = await ownTemporaryFolder();
    const asked = { env: {}, signal: new AbortController().signal, directory: STATES };
    const found = await diagnoseRecording({ ...asked, namespaces: ['checkout'] });
    expect((await incidents(found)).map(({ diagnosis }) => diagnosis?.cause)).toContain('missing-configuration');
    expect(found.now).toBeLessThan(Date.now());
    await found.close();
    expect(await readdir(temporary)).toEqual([]);
  });

  it('keeps away from the store of a server, also where its configuration is read', { timeout: TIMEOUT }, async () => {
    const file = join(await scratchFolder(), 'tattle.yaml');
    // Nobody listens there: to open it would fail.
    await writeFile(file, 'storeUrl: postgres://tattle@127.0.0.1:9/tattle\n');
    const found = await diagnoseRecording({
      env: { TATTLE_CONFIG: file, TATTLE_TRUSTED_PROXIES: 'nonsense', TATTLE_WEBHOOK_URL: 'nonsense' },
      signal: new AbortController().signal,
      directory: STATES,
      namespaces: ['checkout'],
    });
    onTestFinished(() => found.close());
    expect(await incidents(found)).not.toEqual([]);
  });

  it('rejects a folder without one, and leaves nothing', { timeout: TIMEOUT }, async () => {
    const temporary = await ownTemporaryFolder();
    const asked = { env: {}, signal: new AbortController().signal, directory: '/nowhere', namespaces: 'all' as const };
    await expect(diagnoseRecording(asked)).rejects.toThrow('/nowhere');
    expect(await readdir(temporary)).toEqual([]);
  });
});
