import { describe, expect, it } from 'vitest';
import { parseAllowList } from './address-guard.ts';
import { createAddressGuard, normalHost } from './guarded-address.ts';

const never = new AbortController().signal;
const guardOf = (allowed: readonly string[], ...answers: readonly string[][]) => {
  let asked = 0;
  const resolve = async () => {
    const addresses = answers[Math.min(asked++, answers.length - 1)] ?? [];
    return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  };
  return createAddressGuard({ allowList: parseAllowList(allowed).allowList, resolve });
};

describe('a host in its normal form', () => {
  it.each([
    ['Mail.Example', 'mail.example'],
    ['mail.example.', 'mail.example.'],
    ['127.1', '127.0.0.1'],
    ['2130706433', '127.0.0.1'],
    ['0x7f000001', '127.0.0.1'],
    ['0177.0.0.01', '127.0.0.1'],
    ['①②⑦.⓪.⓪.①', '127.0.0.1'],
    ['%31%32%37.0.0.1', '127.0.0.1'],
    ['::1', '[::1]'],
    ['[0:0:0:0:0:ffff:7f00:1]', '[::ffff:7f00:1]'],
    ['bücher.example', 'xn--bcher-kva.example'],
  ])('of %s is %s', (text, host) => {
    expect(normalHost(text)).toBe(host);
  });

  it.each([
    '',
    'a b',
    'user@host',
    'host:25',
    'host:80',
    'host/path',
    'host?x',
    'host#x',
    'a\\b',
    '[::1]:25',
    '256.256.256.256',
    '::1%lo',
    'a\nb',
  ])('is not to be had of %j', (text) => {
    expect(normalHost(text)).toBeNull();
  });
});

describe('the guard of addresses', () => {
  it.each([
    '127.0.0.1',
    '[::1]',
    '[::ffff:7f00:1]',
    '[64:ff9b::a9fe:a9fe]',
    '169.254.169.254',
    '10.0.0.1',
    '[fe80::1]',
  ])('refuses %s without asking a resolver', async (host) => {
    expect(await guardOf([], [])({ host, port: 25 }, never)).toMatchObject({
      kind: 'refused',
      error: expect.stringContaining('allow-list'),
    });
  });

  it('lets a name through only when all of its addresses lie outside', async () => {
    const guard = guardOf([], ['93.184.216.34', '::ffff:10.0.0.1']);
    expect(await guard({ host: 'mail.example', port: 25 }, never)).toMatchObject({
      kind: 'failure',
      error: expect.stringContaining('leads to a private address'),
    });
    const outside = await guardOf([], ['93.184.216.34', '2606:4700::1'])({ host: 'mail.example', port: 25 }, never);
    expect(outside).toMatchObject({ kind: 'addresses', addresses: [{ family: 4 }, { family: 6 }] });
  });

  it('trusts one host and port, whatever they lead to, and no other', async () => {
    const guard = guardOf([], ['10.0.0.25']);
    const trusted = 'mail.lan:25';
    expect(await guard({ host: 'mail.lan', port: 25, trusted }, never)).toMatchObject({ kind: 'addresses' });
    expect(await guard({ host: 'mail.lan', port: 26, trusted }, never)).toMatchObject({ kind: 'failure' });
    expect(await guard({ host: 'mail.lan.', port: 25, trusted }, never)).toMatchObject({ kind: 'failure' });
    expect(await guard({ host: '10.0.0.25', port: 25, trusted }, never)).toMatchObject({ kind: 'refused' });
  });

  it('lets through what the allow-list names, by host or by network', async () => {
    const byHost = guardOf(['mail.lan:25'], ['10.0.0.25']);
    expect(await byHost({ host: 'mail.lan', port: 25 }, never)).toMatchObject({ kind: 'addresses' });
    expect(await byHost({ host: 'mail.lan', port: 587 }, never)).toMatchObject({ kind: 'failure' });
    const byNetwork = guardOf(['10.0.0.0/8'], ['10.0.0.25', '192.168.0.1']);
    expect(await byNetwork({ host: 'mail.lan', port: 25 }, never)).toMatchObject({ kind: 'failure' });
  });

  it('asks anew each time, since names change', async () => {
    const guard = guardOf([], ['93.184.216.34'], ['127.0.0.1']);
    expect(await guard({ host: 'rebinding.example', port: 25 }, never)).toMatchObject({ kind: 'addresses' });
    expect(await guard({ host: 'rebinding.example', port: 25 }, never)).toMatchObject({ kind: 'failure' });
  });

  it('does not wait for a resolver that hangs once it is told to stop', async () => {
    const guard = createAddressGuard({
      allowList: parseAllowList([]).allowList,
      resolve: () => new Promise(() => undefined),
    });
    expect(await guard({ host: 'slow.example', port: 25 }, AbortSignal.timeout(20))).toMatchObject({
      kind: 'failure',
      error: expect.stringContaining('timeout'),
    });
  });
});
