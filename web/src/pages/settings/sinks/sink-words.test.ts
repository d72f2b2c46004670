import type { WireSink } from '@tattle/contract';
import { describe, expect, it } from 'vitest';
import { adviceFor, behindWords, recordOf, stateOf, takesWords, titleOf, typeWords } from './sink-words.ts';

const failing = (error: string) =>
  ({ state: 'failing', stage: 'following', lastError: { at: '2026-11-21T12:00:00.000Z', error } }) as const;

describe('a sink', () => {
  it.each<[WireSink['state'], WireSink['stage'], string, string]>([
    ['well', 'following', 'good', 'Up to date'],
    ['well', 'catching-up', 'neutral', 'Catching up'],
    ['behind', 'following', 'warning', 'Behind'],
    ['behind', 'catching-up', 'neutral', 'Catching up'],
    ['failing', 'catching-up', 'problem', 'Failing'],
    ['stopped', 'following', 'problem', 'Not running'],
  ])('that is %s and %s is %s: %s', (state, stage, tone, word) => {
    expect(stateOf({ state, stage })).toEqual({ tone, word });
  });

  it('is behind when that is more than the moment in which all is taken', () => {
    expect(behindWords({ behindSeconds: 3, waiting: 1 })).toBe('');
    expect(behindWords({ behindSeconds: 3_900, waiting: 1 })).toBe('1 h 5 min behind, 1 batch to go');
    expect(behindWords({ behindSeconds: 90, waiting: 0 })).toBe('1 min behind');
  });

  it('says what it takes', () => {
    expect(takesWords({ include: 'both', minimumSeverity: 'info', namespaces: null })).toBe('Events and incidents');
    expect(takesWords({ include: 'events', minimumSeverity: 'high', namespaces: ['shop', ''] })).toBe(
      'Events, high and worse, in shop, no namespace',
    );
    expect(takesWords({ include: 'incidents', minimumSeverity: 'critical', namespaces: [...'abcdef'] })).toBe(
      'Incidents, critical alone, in a, b, c, d and 2 more',
    );
  });

  it.each([
    ['HTTP 401: no', /credentials/],
    ['HTTP 302: redirects are not followed, give the URL that it leads to', /address that it leads to/],
    ['HTTP 404', /Nothing answers/],
    ['HTTP 429: slow down', /fewer/],
    ['HTTP 503: aFile: what x holds', /in trouble/],
    ['HTTP 503: overloaded', /in trouble/],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', /certificate/],
    ['the certificate has expired (CERT_HAS_EXPIRED)', /Renew/],
    ['the connection failed (EPROTO)', /cannot be reached/],
    ['ECONNREFUSED', /cannot be reached/],
    ['Kafka: SASL_AUTHENTICATION_FAILED', /credentials/],
    ['NATS: no stream takes the subject, or JetStream is off', /Make the stream/],
    ['sinks[0].bearerFile: cannot read /x (ENOENT)', /secret into that file/],
    ['cannot write the file: ENOSPC', /folder/],
    ['no words for this', /tried again/],
    ['', /tried again/],
  ])('that fails with %j says what to do', (error, told) => {
    expect(adviceFor(failing(error))).toMatch(told);
  });

  it('that is well needs nothing', () => {
    expect(adviceFor({ state: 'well', stage: 'following', lastError: failing('HTTP 500').lastError })).toBe('');
  });
});

it('a type is called by its name, and one that is not known by its word', () => {
  expect(['otlp', 'pigeon', 'constructor'].map(typeWords)).toEqual(['OpenTelemetry', 'pigeon', 'constructor']);
});

it('a record is called by what it tells of', () => {
  const object = { kind: 'Pod', namespace: 'shop', name: 'cart-1' };
  expect(titleOf(JSON.stringify({ reason: 'BackOff', object }))).toBe('BackOff of Pod shop/cart-1');
  expect(titleOf(JSON.stringify({ reason: 'NodeNotReady', object: { kind: 'Node', namespace: '', name: 'n1' } }))).toBe(
    'NodeNotReady of Node n1',
  );
  expect(titleOf('{"title":"OOMKilled of Deployment shop/cart"}')).toBe('OOMKilled of Deployment shop/cart');
  expect(['{"reason":"Ba', '{}', '[]', 'null'].map(titleOf)).toEqual(['', '', '', '']);
});

it('a record is read where it is whole', () => {
  expect(recordOf('{"id":"a"}')).toEqual({ id: 'a' });
  expect(recordOf('{"id":"a')).toBeNull();
  expect(recordOf('7')).toBeNull();
});
