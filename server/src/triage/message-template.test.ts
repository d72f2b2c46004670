import { describe, expect, it } from 'vitest';
import { messageTemplate } from './message-template.ts';
import { deployment, seeded } from './testing/observations.ts';

const template = (message: string, object = 'web-6cb8cfb857-5kckr', owner = 'web') =>
  messageTemplate(message, object, owner);

describe('the template of a message', () => {
  it.each([
    [
      'counts',
      '0/3 nodes are available: 2 Insufficient memory, 1 Insufficient cpu.',
      '#/# nodes are available: # Insufficient memory, # Insufficient cpu.',
    ],
    ['durations', 'back-off 2m40s restarting', 'back-off # restarting'],
    ['fractions of seconds', 'took 12.5µs or 1.2s', 'took # or #'],
    ['quantities', 'requests.cpu=400m, 512Mi', 'requests.cpu=#, #'],
    ['IPv4 addresses and ports', 'dial tcp 10.88.0.10:9000: connect: refused', 'dial tcp #: connect: refused'],
    ['IPv6 addresses', 'dial tcp [fe80::1]:53 and dead:beef::2', 'dial tcp [#]:# and #'],
    ['times', 'since 2026-11-21T00:53:09.350731100Z ago', 'since # ago'],
    ['uids', 'pod(b0e41e19-8674-4aa0-b5c2-41046b06e22a) deadbeef-dead-beef-dead-beefdeadbeef', 'pod(#) #'],
    ['volumes named by uid', 'volume pvc-b0e41e19-8674-4aa0-b5c2-41046b06e22a', 'volume pvc-#'],
    ['hashes', 'containerd://2673249d6ee7badb and sha256:b5f1c2', 'containerd://# and sha#:#'],
    ['quoted names', 'secret "invoicer-tls" not found', 'secret "*" not found'],
    ['escaped quotes', 'exec: \\"foo\\": not found', 'exec: \\"*": not found'],
    ['its own name', 'pod web-6cb8cfb857-5kckr_shop(1)', 'pod *_shop(#)'],
    ['its siblings and its replica set', 'web-6cb8cfb857-s79jx of web-6cb8cfb857 of web', '* of * of *'],
    ['generated suffixes of strangers', 'pod api-6cb8cfb857-bcdfg', 'pod api-#-#'],
    ['combined events', '(combined from similar events): Error creating', 'Error creating'],
    ['masks', 'password=[redacted:password] wrong', 'password=* wrong'],
  ])('leaves out %s', (_what, message, result) => expect(template(message)).toBe(result));

  it.each([
    'Back-off restarting failed container',
    "couldn't find the pods' keys, can't go on",
    'he said "no such file or directory" twice',
    'Readiness probe failed: ',
    '',
  ])('leaves %j as it is', (message) => expect(template(message)).toBe(message));

  it('keeps what tells problems apart', () => {
    const different = [
      'Liveness probe failed: connection refused',
      'Readiness probe failed: connection refused',
      'x509: certificate has expired',
      'Insufficient memory',
      'Insufficient cpu',
    ];
    expect(new Set(different.map((message) => template(message))).size).toBe(different.length);
  });

  it('is the same for all pods of a deployment', () => {
    const { pods } = deployment('shop', 'web', 6);
    const messages = pods.map((pod, i) =>
      messageTemplate(
        `Back-off restarting failed container app in pod ${pod.name}_shop(b0e41e19-8674-4aa0-b5c2-41046b06e22${i})`,
        pod.name,
        'web',
      ),
    );
    expect(new Set(messages).size).toBe(1);
    // Also where the owner is not known: the suffixes are recognised by how they are made.
    expect(new Set(pods.map((pod) => messageTemplate(`Created pod: ${pod.name}`, 'other', 'other'))).size).toBe(1);
  });

  it('takes any text, and has the same answer for an answer', () => {
    const random = seeded(7);
    const pieces = [
      '"',
      "'",
      '`',
      'a',
      'web',
      '-',
      '.',
      ':',
      '1',
      'ff',
      '\n',
      ' ',
      '[redacted:x]',
      '[',
      '𝄞',
      '\ud800',
      'µ',
      '::',
      '\\',
    ];
    for (let round = 0; round < 5000; round++) {
      const message = Array.from({ length: random(20) }, () => pieces[random(pieces.length)]).join('');
      expect(template(message).length).toBeLessThanOrEqual(message.length + 2 * message.length);
    }
    expect(template('x'.repeat(70_000)).length).toBe(2000);
    expect(template('"'.repeat(70_000)).length).toBeGreaterThan(0);
  });
});
