import { describe, expect, it } from 'vitest';
import { insideName, parseAllowList } from './address-guard.ts';

describe('the address guard', () => {
  it.each([
    '8.8.8.8',
    '172.15.255.255',
    '172.32.0.1',
    '100.128.0.1',
    '223.255.255.255',
    '2606:4700:4700::1111',
    '2a00:1450:4001:81b::200e',
    '64:ff9b::8.8.8.8',
    '64:ff9b::808:808',
  ])('lets %s out', (address) => {
    expect(insideName(address)).toBeNull();
  });

  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '100.100.100.200',
    '127.0.0.1',
    '127.255.255.254',
    '168.63.129.16',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.170',
    '192.168.1.1',
    '198.19.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::7f00:1',
    '::ffff:127.0.0.1',
    '::ffff:a9fe:a9fe',
    '::ffff:8.8.8.8',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b::10.0.0.1',
    '64:ff9b:1::1',
    '2001:0:4136:e378:8000:63bf:3fff:fdd2',
    '2001:db8::1',
    '2002:7f00:1::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    '5f00::1',
    'not-an-address',
    '',
  ])('keeps %s in', (address) => {
    expect(insideName(address)).not.toBeNull();
  });
});

describe('the allow-list', () => {
  it('takes hosts, hosts with a port, addresses and networks, each whole', () => {
    const { allowList, errors } = parseAllowList([
      'n8n.tools.svc:5678',
      'ollama',
      '10.9.0.0/16',
      'fd00::5',
      '[fd00::6]:80',
    ]);
    expect(errors).toEqual([]);
    expect(allowList.allowsHost('n8n.tools.svc', 5678)).toBe(true);
    expect(allowList.allowsHost('n8n.tools.svc', 80)).toBe(false);
    expect(allowList.allowsHost('evil-n8n.tools.svc', 5678)).toBe(false);
    expect(allowList.allowsHost('n8n.tools.svc.evil.example', 5678)).toBe(false);
    expect(allowList.allowsHost('ollama', 1)).toBe(true);
    expect(allowList.allowsHost('[fd00::6]', 80)).toBe(true);
    expect(allowList.allowsAddress('10.9.255.1')).toBe(true);
    expect(allowList.allowsAddress('10.10.0.1')).toBe(false);
    expect(allowList.allowsAddress('fd00::5')).toBe(true);
    expect(allowList.allowsAddress('fd00::7')).toBe(false);
  });

  it('names every entry that it cannot read', () => {
    const { errors } = parseAllowList(['10.0.0.0/33', 'user@host', 'a b', 'http://x/', 'fine']);
    expect(errors).toHaveLength(4);
    expect(errors.join()).toContain('10.0.0.0/33');
  });
});
