import { type AddressInfo, createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseAllowList } from './address-guard.ts';
import { createGuardedConnect, type GuardedConnection } from './guarded-connect.ts';

const never = new AbortController().signal;
const nothing = parseAllowList([]).allowList;
const loopback = parseAllowList(['127.0.0.1']).allowList;

describe('the guarded connection', () => {
  let port = 0;
  let greeted = 0;
  const server = createServer((socket) => {
    greeted += 1;
    socket.on('error', () => undefined).end('hello');
  });
  beforeEach(async () => {
    greeted = 0;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  async function heard(connection: GuardedConnection): Promise<string> {
    if (connection.kind !== 'connected') return connection.error;
    const chunks: Buffer[] = [];
    for await (const chunk of connection.socket) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString();
  }

  it('reaches a target that the configuration names, and refuses it to settings from outside', async () => {
    const connect = createGuardedConnect({ allowList: nothing });
    const target = { host: '127.0.0.1', port };
    expect(await heard(await connect({ ...target, trusted: `127.0.0.1:${port}` }, never))).toBe('hello');
    expect(await connect({ ...target, trusted: `127.0.0.1:${port + 1}` }, never)).toMatchObject({ kind: 'refused' });
    expect(await connect(target, never)).toMatchObject({ kind: 'refused' });
    expect(greeted).toBe(1);
  });

  it('connects to the address that was judged, though the name leads elsewhere the second time', async () => {
    let asked = 0;
    const resolve = async () => [{ address: ++asked === 1 ? '127.0.0.1' : '127.0.0.2', family: 4 }];
    const connect = createGuardedConnect({ allowList: loopback, resolve });
    expect(await heard(await connect({ host: 'rebinding.example', port }, never))).toBe('hello');
    expect(asked).toBe(1);
    expect(await connect({ host: 'rebinding.example', port }, never)).toMatchObject({ kind: 'failure' });
  });

  it('tells of what does not listen, and of being told to stop, in values', async () => {
    const connect = createGuardedConnect({ allowList: loopback });
    const refused = await connect({ host: '127.0.0.1', port: 1 }, never);
    expect(refused).toMatchObject({ kind: 'failure', error: expect.stringContaining('refused') });
    const stopped = await connect({ host: '127.0.0.1', port }, AbortSignal.abort());
    expect(stopped).toEqual({ kind: 'failure', error: 'cancelled' });
    const slow = createGuardedConnect({ allowList: loopback, resolve: () => new Promise(() => undefined) });
    const late = await slow({ host: 'slow.example', port }, AbortSignal.timeout(20));
    expect(late).toMatchObject({ kind: 'failure', error: expect.stringContaining('timeout') });
  });
});
