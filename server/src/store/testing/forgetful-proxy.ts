/** A proxy on the wire to PostgreSQL that forgets connections as a firewall does: nothing passes any more, and nobody is told. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface ForgetfulProxy {
  readonly port: number;
  /** Those that are open now; new ones pass. */
  forget(): void;
  close(): Promise<void>;
}

/** `target`: the path of a socket. */
export async function forgetfulProxy(target: string): Promise<ForgetfulProxy> {
  const open = new Set<Socket>();
  const forgotten = new WeakSet<Socket>();
  const pass = (from: Socket, to: Socket, inner: Socket) => {
    from.on('data', (bytes) => {
      if (!forgotten.has(inner)) to.write(bytes);
    });
    from.on('error', () => undefined);
    from.on('close', () => {
      open.delete(from);
      if (!forgotten.has(inner)) to.destroy();
    });
    open.add(from);
  };
  const inners = new Set<Socket>();
  const server = createServer((outer) => {
    const inner = connect(target);
    inners.add(inner);
    inner.on('close', () => inners.delete(inner));
    pass(outer, inner, inner);
    pass(inner, outer, inner);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    forget: () => {
      for (const inner of inners) forgotten.add(inner);
    },
    close: async () => {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
