import { expect, it } from 'vitest';
import { systemClock } from '../kit/clock.ts';
import { Services } from './services.ts';

interface Told {
  readonly level: string;
  readonly fields: object;
  readonly text: string;
}

function servicesWith(graceMs = 1000): { readonly services: Services; readonly told: Told[] } {
  const told: Told[] = [];
  const at = (level: string) => (fields: object, text: string) => void told.push({ level, fields, text });
  const logger = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  return { services: new Services(systemClock, logger, graceMs), told };
}

const untilAborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

it('stops what was started last first, one after the other, and says why it stops', async () => {
  const { services, told } = servicesWith();
  const stopped: string[] = [];
  services.onStop('store', async () => void stopped.push('store'));
  services.run('sources', async (signal) => {
    await untilAborted(signal);
    stopped.push('sources');
  });
  const stopping = new AbortController();
  const asked = services.until(stopping.signal);
  stopping.abort();
  await asked;
  expect(services.stopping).toBe(false);
  await services.stop('told to');
  expect(services.stopping).toBe(true);
  expect(stopped).toEqual(['sources', 'store']);
  expect(told[0]).toMatchObject({ level: 'info', fields: { why: 'told to' } });
});

it('ends the process when a part fails, logs it at once, and still stops the others', async () => {
  const { services, told } = servicesWith();
  let isStopped = false;
  services.onStop('store', async () => {
    isStopped = true;
  });
  const cause = new Error('no memory left');
  services.run('pipeline', () => Promise.reject(cause));
  await expect(services.until(new AbortController().signal)).rejects.toMatchObject({
    message: 'pipeline failed',
    cause,
  });
  expect(told).toEqual([
    { level: 'error', fields: { err: cause, service: 'pipeline' }, text: 'failed: the process ends' },
  ]);
  await services.stop('a part of it failed');
  expect(isStopped).toBe(true);
});

it('takes the end of a part by itself for a failure', async () => {
  const { services, told } = servicesWith();
  services.run('sources', async () => {});
  await expect(services.until(new AbortController().signal)).rejects.toThrow('sources ended by itself');
  expect(told.map(({ level }) => level)).toEqual(['error']);
});

it('goes on stopping when a part throws while it is stopped', async () => {
  const { services, told } = servicesWith();
  let isStopped = false;
  services.onStop('store', async () => {
    isStopped = true;
  });
  services.onStop('API', () => Promise.reject(new Error('already closed')));
  await services.stop('told to');
  expect(isStopped).toBe(true);
  expect(told).toContainEqual(expect.objectContaining({ level: 'error', text: 'failed while stopping' }));
});

it('leaves behind what does not stop in time', async () => {
  const { services, told } = servicesWith(0);
  let isStopped = false;
  services.onStop('store', async () => {
    isStopped = true;
  });
  services.run('sources', () => new Promise<void>(() => undefined));
  await services.stop('told to');
  expect(isStopped).toBe(true);
  expect(told).toContainEqual(
    expect.objectContaining({ level: 'warn', fields: { service: 'sources', withinMs: 2000 } }),
  );
});
