/**
 * A real disk, small and of its own, that becomes full under load and is freed again: what was acknowledged is there once, what
 * was served is there once, and everything flows again by itself. Only root may mount one.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { caughtUp, rowsOf } from './soak-events.ts';
import { noticeIdFailures, writeNotifySettings } from './soak-notices.ts';
import { startTattle, type TattleProcess } from './tattle-process.ts';
import { startWitness } from './witness.ts';

const DISK_BYTES = 260 * 1024 * 1024;
const BEFORE_MS = 5_000;
const FULL_MS = 30_000;
const BACK_WITHIN_MS = 15_000;
const PACE_MS = 200;

/** Null where nothing may be mounted. */
export async function fullDiskFailures(rate: number): Promise<readonly string[] | null> {
  const home = await mkdtemp(join(tmpdir(), 'tattle-soak-disk-'));
  const disk = join(home, 'data');
  await mkdir(disk);
  if (!mounted(disk)) {
    await rm(home, { recursive: true });
    return null;
  }
  const witness = await startWitness(rate);
  try {
    const tattle = await startTattle(witness.url, home, {
      TATTLE_WEBHOOK_URL: witness.webhookUrl,
      TATTLE_WEBHOOK_FORMAT: 'tattle',
      TATTLE_LOG_LEVEL: 'error',
      TATTLE_CONFIG: await writeNotifySettings(home),
    });
    try {
      const failed = await fillAndFree(tattle, disk);
      witness.pause();
      failed.push(...(await caughtUp(tattle, witness.served)));
      return [...failed, ...noticeIdFailures(witness.told)].map((failure) => `on a full disk: ${failure}`);
    } finally {
      await tattle.stop();
    }
  } finally {
    await witness.close();
    execFileSync('umount', [disk]);
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function fillAndFree(tattle: TattleProcess, disk: string): Promise<string[]> {
  const failed: string[] = [];
  const acked = new Set<string>();
  let sent = 0;
  const handIn = async () => {
    const status = await handInAlert(tattle, `Soak${sent}`);
    if (status === 200) acked.add(`Soak${sent}`);
    sent += 1;
    return status;
  };
  await forAWhile(BEFORE_MS, handIn);
  await forAWhile(FULL_MS, async () => {
    // What PostgreSQL gives back meanwhile is taken at once.
    fill(disk);
    const status = await handIn();
    if (status !== 200 && status !== 503) failed.push(`the intake answered ${status}`);
  });
  const ready = await tattle.get('/readyz');
  const said = await ready.text();
  if (ready.status !== 503 || !said.includes('is full')) failed.push(`/readyz answered ${ready.status}: ${said}`);
  await rm(join(disk, 'ballast'));
  const freedAt = performance.now();
  while ((await handIn()) !== 200 && performance.now() - freedAt < 60_000) await sleep(PACE_MS);
  const backMs = performance.now() - freedAt;
  if (backMs > BACK_WITHIN_MS) failed.push(`it took ${Math.round(backMs / 1000)} s to go on`);
  const stored = (await rowsOf(tattle, 'alert')).map(({ reason }) => reason);
  if (new Set(stored).size < stored.length) failed.push('an alert is stored twice');
  for (const name of acked) if (!stored.includes(name)) failed.push(`${name} was acknowledged, and is lost`);
  return failed;
}

async function forAWhile(ms: number, work: () => Promise<unknown>): Promise<void> {
  const until = performance.now() + ms;
  while (performance.now() < until) {
    await work();
    await sleep(PACE_MS);
  }
}

async function handInAlert({ origin, token }: TattleProcess, name: string): Promise<number> {
  const labels = { alertname: name, namespace: 'soak', severity: 'warning', cluster: 'elsewhere' };
  const alert = { status: 'firing', labels, annotations: {}, startsAt: new Date().toISOString(), fingerprint: name };
  const body = {
    ...{ version: '4', groupKey: name, status: 'firing', receiver: 'tattle', externalURL: 'http://alertmanager' },
    ...{ groupLabels: {}, commonLabels: {}, commonAnnotations: {} },
    alerts: [{ ...alert, endsAt: '0001-01-01T00:00:00Z' }],
  };
  const answer = await fetch(`${origin}/api/v1/intake/alertmanager`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  await answer.arrayBuffer();
  return answer.status;
}

function mounted(folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function fill(disk: string): void {
  const ballast = openSync(join(disk, 'ballast'), 'a');
  try {
    const block = Buffer.alloc(64 * 1024);
    for (;;) writeSync(ballast, block);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(ballast);
  }
}
