import { describe, expect, it } from 'vitest';
import { eventOf, incidentOf } from '../testing/records.ts';
import { contextForTests } from '../testing/sink-contract.ts';
import { nats } from './nats.ts';
import { natsSettings } from './settings.ts';
import { subjectOf, token } from './subject.ts';

describe('subjects', () => {
  it('are made of tokens that part nothing and match nothing', () => {
    for (const text of ['a.b', 'a*', '>', 'a b', 'ä', '\u0000', '😀', 'x'.repeat(1_000), '']) {
      expect(token(text), text).toMatch(/^[A-Za-z0-9_-]{1,253}$/);
    }
    const node = eventOf(1, { clusterName: 'eu.prod', object: { kind: 'Node', namespace: '', name: 'n', uid: '' } });
    expect(subjectOf('tattle.{cluster}.{namespace}.{kind}', node)).toBe('tattle.eu_prod._.Node');
    expect(subjectOf('t.{severity}-{reason}', eventOf(1))).toBe('t.high-BackOff');
    expect(subjectOf('t.{namespace}.{reason}', incidentOf())).toBe('t.shop.CrashLoopBackOff');
  });

  it.each(['', 'a.', '.a', 'a..b', 'a.>', 'a.*', 'a b', 'a.{nothing}', 'a.{cluster'])('cannot be %j', (subject) => {
    expect(natsSettings.safeParse({ type: 'nats', name: 'out', servers: ['nats://h:4222'], subject }).success).toBe(
      false,
    );
  });
});

it('keeps everything for another try where nobody listens, and says no more than that', async () => {
  const settings = {
    type: 'nats',
    name: 'out',
    servers: ['nats://127.0.0.1:1'],
    token: 's3cr3t-t0ken',
    timeoutSeconds: 1,
  };
  const sink = nats.create(settings, contextForTests());
  const outcome = await sink.send([eventOf(1)], new AbortController().signal);
  expect(outcome).toMatchObject({ kind: 'retry', error: expect.stringContaining('cannot connect') as string });
  expect(JSON.stringify(outcome)).not.toContain('s3cr3t');
  await sink.close();
});
