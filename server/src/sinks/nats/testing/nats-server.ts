/** A real NATS server for tests. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Resolves once it is ready, to what kills it. */
export async function startNatsServer(...args: readonly string[]): Promise<() => Promise<void>> {
  const child = spawn('nats-server', [...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'exit');
  let log = '';
  await new Promise<void>((resolve, reject) => {
    // Read on after that: a server whose output nobody takes ends.
    child.stderr.on('data', (chunk: Buffer) => {
      log += chunk.toString();
      if (log.includes('Server is ready')) resolve();
    });
    child.on('error', reject);
    child.on('exit', () => reject(new Error(`nats-server ended: ${log}`)));
  });
  return async () => {
    child.kill('SIGKILL');
    await ended;
  };
}
